package dev.weir.binding.mask;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Masks secrets in messages. Immutable.
 *
 * <p>A secret is found as plain text, with the escapes of URLs and JSON in any form and nesting, and in base64 of either
 * alphabet, alone or within a longer text. The beginning of a secret that was cut off ({@code …}) is also masked.
 */
public final class SecretMask {
    private static final String MASK = "***";
    /** The mark of a cut value in the messages of this application. */
    private static final char CUT = '…';
    /** Shorter beginnings of a secret are shown: they disclose nothing. */
    private static final int SHORTEST_BEGINNING = 4;
    /** A shorter beginning is still masked if its escapes take at least this many chars. */
    private static final int SHORTEST_WRITTEN = 8;
    /** Shorter base64 would match ordinary words. */
    private static final int SHORTEST_BASE64 = 5;
    /** The most chars of an escape that was cut off and is skipped. */
    private static final int LONGEST_ESCAPE = 12;

    private final List<String> secrets;
    private final List<Part> parts;

    /**
     * The base64 of a secret that does not depend on the bytes around the secret.
     *
     * @param text the chars that only the secret determines
     * @param before whether the secret determines a part of the char before {@code text}
     * @param after whether the secret determines a part of the char after {@code text}
     */
    private record Part(String text, boolean before, boolean after) {}

    /** Makes a mask of these secrets. */
    public SecretMask(Collection<String> values) {
        Set<String> unescaped = new LinkedHashSet<>();
        Set<Part> encoded = new LinkedHashSet<>();
        for (String value : values) {
            unescaped.add(Spelling.unescaped(value).toString());
            for (int before = 0; before < 3; before++) {
                Part part = part(value, before);
                if (part.text().length() >= SHORTEST_BASE64) {
                    encoded.add(part);
                }
            }
        }
        this.secrets = List.copyOf(unescaped);
        this.parts = List.copyOf(encoded);
    }

    /** Returns the base64 of a secret that follows {@code before} other bytes. */
    private static Part part(String value, int before) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, all, before, bytes.length);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(all);
        int begin = (before * 8 + 5) / 6;
        int end = all.length * 8 / 6;
        return new Part(end > begin ? base64.substring(begin, end) : "", before > 0, all.length * 8 % 6 > 0);
    }

    public String mask(String text) {
        if (secrets.isEmpty() || text.isEmpty()) {
            return text;
        }
        Spelling plain = Spelling.unescaped(text);
        Spelling base64 = plain.base64();
        BitSet hidden = new BitSet();
        String plainText = plain.toString();
        for (String secret : secrets) {
            for (int at = plainText.indexOf(secret); at >= 0; at = plainText.indexOf(secret, at + secret.length())) {
                hide(plain, at, at + secret.length(), hidden);
            }
        }
        String base64Text = base64.toString();
        for (Part part : parts) {
            int length = part.text().length();
            for (int at = base64Text.indexOf(part.text()); at >= 0; at = base64Text.indexOf(part.text(), at + length)) {
                int from = part.before() && at > 0 && isBase64(base64.charAt(at - 1)) ? at - 1 : at;
                int end = at + length;
                boolean more = part.after() && end < base64.length() && isBase64(base64.charAt(end));
                hide(base64, from, more ? end + 1 : end, hidden);
            }
        }
        for (int cut = text.indexOf(CUT); cut >= 0; cut = text.indexOf(CUT, cut + 1)) {
            int from = Math.min(beginning(plain, cut, secrets), beginning(base64, cut, texts()));
            if (from < cut) {
                hidden.set(from, cut);
            }
        }
        return hidden.isEmpty() ? text : masked(text, hidden);
    }

    private List<String> texts() {
        return parts.stream().map(Part::text).toList();
    }

    private static boolean isBase64(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    }

    private static void hide(Spelling spelling, int from, int to, BitSet hidden) {
        hidden.set(spelling.begin(from), spelling.end(to - 1));
    }

    /** Returns the start of a cut secret that ends at {@code cut}, or {@code cut} if there is none. */
    private static int beginning(Spelling spelling, int cut, List<String> secrets) {
        int end = spelling.lengthBefore(cut);
        int first = cut;
        for (int dropped = 0; dropped <= LONGEST_ESCAPE && dropped < end; dropped++) {
            if (dropped > 0 && !isOfEscape(spelling, end - dropped)) {
                break;
            }
            for (String secret : secrets) {
                int length = longestBeginning(spelling, end - dropped, secret);
                first = length == 0 ? first : Math.min(first, spelling.begin(end - dropped - length));
            }
        }
        return first;
    }

    private static boolean isOfEscape(Spelling spelling, int index) {
        char c = spelling.charAt(index);
        return c == '%' || c == '\\' || c == 'u' || c > '~' || Character.digit(c, 16) >= 0;
    }

    private static int longestBeginning(Spelling spelling, int end, String secret) {
        for (int length = Math.min(secret.length(), end); length > 0; length--) {
            int written = spelling.end(end - 1) - spelling.begin(end - length);
            if (length < SHORTEST_BEGINNING && written < SHORTEST_WRITTEN) {
                return 0;
            }
            int matching = 0;
            while (matching < length && spelling.charAt(end - length + matching) == secret.charAt(matching)) {
                matching++;
            }
            if (matching == length) {
                return length;
            }
        }
        return 0;
    }

    private static String masked(String text, BitSet hidden) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            if (!hidden.get(i)) {
                masked.append(text.charAt(i++));
                continue;
            }
            masked.append(MASK);
            i = hidden.nextClearBit(i);
        }
        return masked.toString();
    }
}
