package dev.weir.api.run;

import dev.weir.stream.Content;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The headers of an answer that is a file: its name, and its length where it is known, by which a client sees that some of
 * it is missing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6266">RFC 6266</a>
 */
final class FileHeaders {
    private FileHeaders() {}

    static void add(Map<String, String> headers, Content content) {
        content.fileName().ifPresent(name -> headers.put("Content-Disposition", disposition(name)));
        content.length().ifPresent(length -> headers.put("Content-Length", String.valueOf(length)));
    }

    /** A name of ASCII in quotes; any other also in UTF-8, which those who know it prefer. */
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
