package dev.weir.component.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL as configurations and inputs write it. Characters that RFC 3986 does not allow at their place are percent-encoded
 * as UTF-8. Existing escapes stay.
 *
 * @param base the part before the query, encoded
 * @param query without the question mark, encoded; empty for none
 */
record UrlText(String base, String query) {
    private static final String UNRESERVED = "-._~";
    private static final Pattern AUTHORITY = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*+");
    private static final String DELIMITERS = "!$&'()*+,;=:@/";

    /** {@code text}, split at its query. A fragment is dropped: it is never sent to a server. */
    static UrlText of(String text) {
        int fragment = text.indexOf('#');
        String whole = fragment < 0 ? text : text.substring(0, fragment);
        int question = whole.indexOf('?');
        return question < 0
                ? new UrlText(encoded(whole, "[]"), "")
                : new UrlText(encoded(whole.substring(0, question), "[]"), encoded(whole.substring(question + 1), "?"));
    }

    /** This URL with {@code path} appended to its path, and the query of {@code path} appended to its query. */
    UrlText joined(UrlText path) {
        String left = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        boolean attached = path.base.isEmpty() || path.base.startsWith("/");
        return new UrlText(attached ? left + path.base : left + "/" + path.base, and(path.query));
    }

    /** This URL with more parameters, which are already encoded. */
    UrlText with(String parameters) {
        return new UrlText(base, and(parameters));
    }

    private String and(String more) {
        return query.isEmpty() || more.isEmpty() ? query + more : query + "&" + more;
    }

    @Override
    public String toString() {
        return query.isEmpty() ? base : base + "?" + query;
    }

    /** A URL or a relative reference, with its fragment, encoded where RFC 3986 requires it. */
    static String allowed(String text) {
        return encoded(text, "?#[]");
    }

    private static String encoded(String text, String alsoAllowed) {
        StringBuilder encoded = null;
        int authorityEnd = authorityEnd(text);
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int next = i + Character.charCount(character);
            boolean stays = isAllowed(character, alsoAllowed, i < authorityEnd) || isEscape(text, i);
            if (!stays && encoded == null) {
                encoded = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (encoded != null) {
                if (stays) {
                    encoded.appendCodePoint(character);
                } else {
                    escape(text.substring(i, next), encoded);
                }
            }
            i = next;
        }
        return encoded == null ? text : encoded.toString();
    }

    /** Brackets are allowed only around an IPv6 address, and an authority only at the beginning or after a scheme. */
    private static int authorityEnd(String text) {
        Matcher authority = AUTHORITY.matcher(text);
        return authority.lookingAt() ? authority.end() : 0;
    }

    private static boolean isAllowed(int character, String alsoAllowed, boolean inAuthority) {
        if (character == '[' || character == ']') {
            return inAuthority && alsoAllowed.indexOf(character) >= 0;
        }
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || UNRESERVED.indexOf(character) >= 0
                || DELIMITERS.indexOf(character) >= 0
                || alsoAllowed.indexOf(character) >= 0;
    }

    private static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%'
                && at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    private static void escape(String character, StringBuilder to) {
        for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
            to.append('%')
                    .append(Character.toUpperCase(Character.forDigit((each >> 4) & 0xf, 16)))
                    .append(Character.toUpperCase(Character.forDigit(each & 0xf, 16)));
        }
    }
}
