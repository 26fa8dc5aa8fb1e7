package dev.weir.component.http.body;

import dev.weir.Excerpt;
import dev.weir.component.http.error.UpstreamErrors;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the charset of a body: from the content type, a byte order mark or an XML declaration; otherwise UTF-8. */
public final class Charsets {
    private static final String ASCII = "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~";
    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] UTF_16BE_MARK = {(byte) 0xFE, (byte) 0xFF};
    private static final byte[] UTF_16LE_MARK = {(byte) 0xFF, (byte) 0xFE};

    private static final int SHOWN_NAME = 40;
    /** The longest XML declaration. */
    private static final int DECLARATION_BYTES = 256;

    private static final Pattern DECLARATION =
            Pattern.compile("^\\s*<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([^\"']+)[\"']");

    /**
     * The charset for names that servers use in place of a larger charset, as in browsers. Keys are in lower case and
     * without punctuation.
     */
    private static final Map<String, String> ALIASES = aliases();

    private Charsets() {}

    private static Map<String, String> aliases() {
        Map<String, String> aliases = new HashMap<>();
        for (String korean : List.of(
                "euckr",
                "cp949",
                "949",
                "uhc",
                "ms949",
                "windows949",
                "korean",
                "ksc5601",
                "ksc56011987",
                "ksc56011989")) {
            aliases.put(korean, "x-windows-949");
        }
        for (String chinese : List.of("gb2312", "gb231280", "euccn", "chinese", "xgbk", "cp936", "windows936")) {
            aliases.put(chinese, "GBK");
        }
        for (String japanese : List.of("shiftjis", "xsjis", "sjis", "mskanji", "ms932", "cp932", "windows932")) {
            aliases.put(japanese, "windows-31j");
        }
        for (String utf8 : List.of("utf8sig", "utf8bom", "utf8mb3", "utf8mb4", "unicode11utf8", "usascii", "ascii")) {
            aliases.put(utf8, "UTF-8");
        }
        return Map.copyOf(aliases);
    }

    /**
     * The text of a body that must be shown in any case, such as the body of an error status. An unknown charset is read as
     * UTF-8. Malformed bytes are replaced.
     *
     * @param contentType the header's value; empty for none
     */
    public static String lenientText(String contentType, byte[] bytes) {
        Charset charset;
        try {
            charset = of(contentType, bytes, bytes.length);
        } catch (IllegalArgumentException e) {
            charset = StandardCharsets.UTF_8;
        }
        return decoded(bytes, charset);
    }

    /**
     * The text of a body, without its byte order mark. Malformed bytes are replaced.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_MALFORMED} when the charset is unknown
     */
    static String text(String contentType, byte[] bytes) {
        return decoded(bytes, of(contentType, bytes, bytes.length, contentType));
    }

    private static String decoded(byte[] bytes, Charset charset) {
        String text = new String(bytes, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * The charset of a body with this beginning.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_MALFORMED} when it is unknown
     */
    static Charset of(String contentType, byte[] beginning, int length, String shownType) {
        try {
            return of(contentType, beginning, length);
        } catch (IllegalArgumentException e) {
            String name = name(contentType, beginning, length);
            throw UpstreamErrors.malformed(
                    "the charset of the upstream's answer is unknown ('" + Excerpt.of(name, SHOWN_NAME)
                            + "', Content-Type: " + Excerpt.of(shownType, 2 * SHOWN_NAME)
                            + "): let the upstream answer in UTF-8",
                    e);
        }
    }

    private static Charset of(String contentType, byte[] beginning, int length) {
        String name = name(contentType, beginning, length);
        Charset marked = marked(beginning, length);
        if (name.isEmpty()) {
            return marked == null ? StandardCharsets.UTF_8 : marked;
        }
        Charset named = named(name);
        return StandardCharsets.UTF_8.equals(marked) && isAscii(named) ? StandardCharsets.UTF_8 : named;
    }

    private static String name(String contentType, byte[] beginning, int length) {
        String name = declared(contentType);
        if (!name.isEmpty() || !MediaTypes.isXml(MediaTypes.of(contentType)) || marked(beginning, length) != null) {
            return name;
        }
        Matcher declaration = DECLARATION.matcher(
                new String(beginning, 0, Math.min(length, DECLARATION_BYTES), StandardCharsets.ISO_8859_1));
        return declaration.find() ? declaration.group(1).strip() : "";
    }

    /** Whether the content type names a charset. */
    static boolean isDeclared(String contentType) {
        return !declared(contentType).isEmpty();
    }

    /** The value of the parameter {@code charset}, without quotes of either kind; empty for none. */
    private static String declared(String contentType) {
        String value = MediaTypes.parameter(contentType, "charset").orElse("");
        int comma = value.indexOf(',');
        int end = comma < 0 ? value.length() : comma;
        int start = 0;
        while (start < end && isQuoteOrBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isQuoteOrBlank(value.charAt(end - 1))) {
            end--;
        }
        String name = value.substring(start, end);
        return name.equalsIgnoreCase("binary") ? "" : name;
    }

    private static boolean isQuoteOrBlank(char c) {
        return c == '\'' || c == '"' || Character.isWhitespace(c);
    }

    private static Charset named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String aliases = ALIASES.get(lower.replaceAll("[-_ .:]", ""));
        if (aliases != null && Charset.isSupported(aliases)) {
            return Charset.forName(aliases);
        }
        try {
            return Charset.forName(lower);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Charset.forName(lower.replace('_', '-').replace(' ', '-'));
        }
    }

    /** Whether ASCII text has the same bytes in this charset, so that ASCII words can be found without decoding. */
    static boolean isAscii(Charset charset) {
        byte[] ascii = ASCII.getBytes(StandardCharsets.US_ASCII);
        return new String(ascii, charset).equals(ASCII);
    }

    /** The charset of a byte order mark; null if there is no mark. */
    private static @Nullable Charset marked(byte[] beginning, int length) {
        if (begins(beginning, length, UTF_8_MARK)) {
            return StandardCharsets.UTF_8;
        }
        if (begins(beginning, length, UTF_16BE_MARK)) {
            return StandardCharsets.UTF_16BE;
        }
        return begins(beginning, length, UTF_16LE_MARK) ? StandardCharsets.UTF_16LE : null;
    }

    private static boolean begins(byte[] beginning, int length, byte[] mark) {
        return length >= mark.length && Arrays.equals(beginning, 0, mark.length, mark, 0, mark.length);
    }

    /** Whether more bytes may complete a byte order mark or an XML declaration, which decide the charset. */
    static boolean isUndecided(String contentType, byte[] beginning, int length) {
        for (byte[] mark : new byte[][] {UTF_8_MARK, UTF_16BE_MARK, UTF_16LE_MARK}) {
            if (length < mark.length && Arrays.equals(beginning, 0, length, mark, 0, length)) {
                return true;
            }
        }
        if (!MediaTypes.isXml(MediaTypes.of(contentType))
                || !declared(contentType).isEmpty()) {
            return false;
        }
        String text = new String(beginning, 0, length, StandardCharsets.ISO_8859_1).stripLeading();
        boolean declaration = text.startsWith("<?xml") || "<?xml".startsWith(text);
        return declaration && length < DECLARATION_BYTES && text.indexOf('>') < 0;
    }

    /** The length in bytes of a UTF-8 byte order mark at the beginning; 0 for none. */
    static int markLength(byte[] beginning, int length) {
        return begins(beginning, length, UTF_8_MARK) ? UTF_8_MARK.length : 0;
    }
}
