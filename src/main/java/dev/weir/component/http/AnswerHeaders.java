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

/** What an answer's headers say of its body. */
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

    /** What the body is; its length only if its bytes are passed on as they came. */
    Content content() {
        OptionalLong length = headers.first("Content-Length").stream()
                .filter(text -> ContentCodings.isIdentity(coding) && text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Content(contentType.isBlank() ? OCTETS : contentType, fileName(), length);
    }

    /** How the answer tells its length, for the error when it is cut short; empty if it does not. */
    String announced() {
        return headers.first("Content-Length")
                .map(length -> "Content-Length: " + length)
                .or(() -> headers.first("Transfer-Encoding").map(coded -> "Transfer-Encoding: " + coded))
                .orElse("");
    }

    /**
     * {@code decoder} behind what the body is encoded with, which an upstream may do unasked.
     *
     * @throws dev.weir.WeirException if that cannot be read
     */
    BodyDecoder decoded(BodyDecoder decoder) {
        return ContentCodings.decoded(coding, decoder);
    }

    /**
     * The name in {@code Content-Disposition}, in plain or in RFC 8187's spelling, without a path and without control
     * characters: it is the upstream's word, and becomes a header of ours.
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
