package dev.weir.component.http;

import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.body.ContentCodings;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.stream.Content;
import dev.weir.upstream.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** The headers of an answer that describe its body. */
final class AnswerHeaders {
    private static final String OCTETS = "application/octet-stream";

    private final Headers headers;
    private final String contentType;
    private final String coding;

    AnswerHeaders(Headers headers) {
        this.headers = headers;
        this.contentType = headers.first("Content-Type").orElse("");
        this.coding = String.join(", ", headers.all("Content-Encoding"));
    }

    Optional<String> first(String name) {
        return headers.first(name);
    }

    /** The content type with its parameters; empty for none. */
    String contentType() {
        return contentType;
    }

    /** The description of the body. It has a length only if the bytes are not encoded. */
    Content content() {
        OptionalLong length = headers.first("Content-Length").stream()
                .filter(text -> ContentCodings.isIdentity(coding) && text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Content(contentType.isBlank() ? OCTETS : contentType, fileName(), length);
    }

    /** The header that gives the body's length, for the message when the body is cut short; empty if there is none. */
    String announced() {
        return headers.first("Content-Length")
                .map(length -> "Content-Length: " + length)
                .or(() -> headers.first("Transfer-Encoding").map(coded -> "Transfer-Encoding: " + coded))
                .orElse("");
    }

    /**
     * Puts the decoders of the content encodings before {@code decoder}: an upstream may encode a body without being asked.
     *
     * @throws dev.weir.WeirException if an encoding is not supported
     */
    BodyDecoder decoded(BodyDecoder decoder) {
        return ContentCodings.decoded(coding, decoder);
    }

    /**
     * The file name in {@code Content-Disposition}, plain or in RFC 8187 encoding. Path and control characters are removed:
     * the upstream's value becomes a header of this server's response.
     */
    private Optional<String> fileName() {
        String disposition = headers.first("Content-Disposition").orElse("");
        return MediaTypes.parameter(disposition, "filename*")
                .flatMap(AnswerHeaders::extended)
                .or(() -> MediaTypes.parameter(disposition, "filename"))
                .map(name -> name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                        .replaceAll("\\p{Cntrl}", ""))
                .filter(name -> !name.isBlank());
    }

    private static Optional<String> extended(String value) {
        String[] parts = value.split("'", 3);
        if (parts.length < 3 || !parts[0].equalsIgnoreCase("UTF-8")) {
            return Optional.empty();
        }
        try {
            return Optional.of(URLDecoder.decode(parts[2].replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
