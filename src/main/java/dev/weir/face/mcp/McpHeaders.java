package dev.weir.face.mcp;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a request that repeat parts of its body. Null for an absent one.
 *
 * @param name the name of the tool, decoded
 */
record McpHeaders(
        @Nullable String version,
        @Nullable String method,
        @Nullable String name) {
    private static final String ENCODED = "=?base64?";
    private static final String ENCODED_END = "?=";

    static McpHeaders of(HttpServletRequest request) {
        return new McpHeaders(
                request.getHeader("MCP-Protocol-Version"),
                request.getHeader("Mcp-Method"),
                decoded(request.getHeader("Mcp-Name")));
    }

    /** Decodes a value that has other characters than visible ASCII. A malformed value is taken as it is. */
    static @Nullable String decoded(@Nullable String value) {
        if (value == null
                || value.length() < ENCODED.length() + ENCODED_END.length()
                || !value.startsWith(ENCODED)
                || !value.endsWith(ENCODED_END)) {
            return value;
        }
        String base64 = value.substring(ENCODED.length(), value.length() - ENCODED_END.length());
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}
