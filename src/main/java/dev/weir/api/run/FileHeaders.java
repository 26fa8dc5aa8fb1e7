package dev.weir.api.run;

import dev.weir.stream.Content;
import jakarta.ws.rs.core.MediaType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Sets the headers of a file's answer: its name, and its length if known. From the length a client can detect truncation.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6266">RFC 6266</a>
 */
public final class FileHeaders {
    private FileHeaders() {}

    /** The content type of an upstream, or {@code application/octet-stream} if it is malformed. */
    public static String mediaType(String contentType) {
        try {
            MediaType.valueOf(contentType);
            return contentType;
        } catch (IllegalArgumentException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    static void add(Map<String, String> headers, Content content) {
        content.fileName().ifPresent(name -> headers.put("Content-Disposition", disposition(name)));
        content.length().ifPresent(length -> headers.put("Content-Length", String.valueOf(length)));
    }

    /**
     * The value of {@code Content-Disposition}: the name in quotes. A name with other characters than ASCII follows also in
     * UTF-8, which newer clients prefer.
     */
    static String disposition(String name) {
        String ascii = name.replaceAll("[^ -~]", "_").replaceAll("[\"\\\\]", "_");
        String plain = "inline; filename=\"" + ascii + "\"";
        return ascii.equals(name)
                ? plain
                : plain + "; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("*", "%2A");
    }
}
