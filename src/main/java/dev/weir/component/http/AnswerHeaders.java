package dev.weir.component.http;

import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.body.ContentCodings;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.stream.Content;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** What an answer's headers say of its body. */
final class AnswerHeaders {
    private final HttpHeaders headers;
    private final String contentType;
    private final String mediaType;

    AnswerHeaders(HttpHeaders headers) {
        this.headers = headers;
        this.contentType = headers.firstValue("Content-Type").orElse("application/octet-stream");
        this.mediaType = MediaTypes.of(contentType);
    }

    String mediaType() {
        return mediaType;
    }

    /** What the body is; its length only if its bytes are passed on as they came. */
    Content content() {
        OptionalLong length = headers.firstValue("Content-Length").stream()
                .filter(text -> ContentCodings.isIdentity(coding()) && text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Content(contentType, fileName(), length);
    }

    /** {@code decoder} behind what the body is encoded with, which an upstream may do unasked. */
    BodyDecoder decoded(BodyDecoder decoder) {
        return ContentCodings.decoded(coding(), decoder);
    }

    /** The value of {@code Content-Type}; empty for none. */
    String declaredType() {
        return headers.firstValue("Content-Type").orElse("");
    }

    private String coding() {
        return String.join(",", headers.allValues("Content-Encoding"));
    }

    /**
     * The name in {@code Content-Disposition}, in plain or in RFC 8187's spelling, without a path and without control
     * characters: it is the upstream's word, and becomes a header of ours.
     */
    private Optional<String> fileName() {
        String disposition = headers.firstValue("Content-Disposition").orElse("");
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
