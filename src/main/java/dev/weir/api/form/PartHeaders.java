package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The headers of one part of a form.
 *
 * @param name the field's name
 * @param fileName the last segment of the file's name, if the part is a file
 * @param contentType the unparsed value; {@code text/plain} if the header is missing
 */
record PartHeaders(String name, Optional<String> fileName, String contentType) {

    /**
     * Parses a header block of lines that end with CRLF. A line that begins with a space continues the previous line.
     *
     * @param number the part's number, for messages
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if a line is malformed or the field's name is missing
     */
    static PartHeaders parse(String block, int number) {
        String disposition = "";
        String contentType = "text/plain";
        String encoding = "binary";
        for (String line : block.replaceAll("\r\n(?=[ \t])", "").split("\r\n", 0)) {
            int colon = line.indexOf(':');
            if (colon < 1 && !line.isEmpty()) {
                throw malformed(number, "has a header line without a name and a colon");
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> disposition = value;
                case "content-type" -> contentType = value;
                case "content-transfer-encoding" -> encoding = value.toLowerCase(Locale.ROOT);
                default -> {}
            }
        }
        if (!encoding.matches("binary|8bit|7bit")) {
            throw malformed(number, "has the transfer encoding '" + encoding + "', and forms have none");
        }
        return of(new Disposition(disposition, number).parameters(), contentType, number);
    }

    private static PartHeaders of(Map<String, String> disposition, String contentType, int number) {
        String name = disposition.get("name");
        if (name == null) {
            throw malformed(number, "has no header Content-Disposition: form-data; name=\"…\"");
        }
        String extended = disposition.get("filename*");
        Optional<String> fileName = extended == null
                ? Optional.ofNullable(disposition.get("filename")).map(PartHeaders::unescaped)
                : Optional.of(decoded(extended, number));
        return new PartHeaders(unescaped(name), fileName.map(PartHeaders::lastSegment), contentType);
    }

    /** Decodes the three characters of a name that browsers percent-encode. Browsers encode no other characters. */
    private static String unescaped(String name) {
        return name.replaceAll("(?i)%0d", "\r").replaceAll("(?i)%0a", "\n").replace("%22", "\"");
    }

    /** Decodes {@code charset'language'percent-encoded} of RFC 8187. */
    private static String decoded(String extended, int number) {
        String[] parts = extended.split("'", 3);
        try {
            if (parts.length == 3) {
                return Charset.forName(parts[0])
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes(parts[2])))
                        .toString();
            }
        } catch (CharacterCodingException e) {
            throw malformed(number, "has a filename* that is not " + parts[0]);
        } catch (IllegalArgumentException e) {
            throw malformed(number, "has a filename* that cannot be decoded: " + e.getMessage());
        }
        throw malformed(number, "has a filename* that is not of the form UTF-8''name");
    }

    private static byte[] bytes(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()) {
                    throw new IllegalArgumentException("a % is not followed by two hex digits");
                }
                bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("a character is not percent-encoded");
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /** The name without folders: some clients send the whole path. */
    private static String lastSegment(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static WeirException malformed(int number, String how) {
        return new WeirException(ErrorCode.MALFORMED_REQUEST, "part " + number + " of the multipart body " + how);
    }

    /** Parses a value such as {@code form-data; name="a"; filename="b.png"} from left to right. */
    private static final class Disposition {
        private final String text;
        private final int number;
        private int at;

        Disposition(String text, int number) {
            this.text = text;
            this.number = number;
        }

        /** The parameters by their names in lower case. */
        Map<String, String> parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            if (!upTo(";").equalsIgnoreCase("form-data")) {
                return parameters;
            }
            while (at < text.length()) {
                at++;
                String name = upTo("=;").toLowerCase(Locale.ROOT);
                if (at < text.length() && text.charAt(at) == '=') {
                    at++;
                    parameters.putIfAbsent(name, value());
                }
            }
            return parameters;
        }

        private String upTo(String ends) {
            int begin = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(begin, at).strip();
        }

        private String value() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at == text.length() || text.charAt(at) != '"') {
                return upTo(";");
            }
            String quoted = quoted();
            upTo(";");
            return quoted;
        }

        /** A backslash escapes only quotes and itself. Before any other character it is part of a Windows path. */
        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0) {
                    at++;
                    c = text.charAt(at);
                }
                value.append(c);
            }
            throw malformed(number, "has a Content-Disposition whose quotes are not closed");
        }
    }
}
