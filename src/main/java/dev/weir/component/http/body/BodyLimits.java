package dev.weir.component.http.body;

/**
 * The limits of a decoder, in bytes.
 *
 * @param maxEventBytes the longest event, line or array element ({@code weir.http.max-event})
 * @param maxAnswerBytes the longest body that is read as a whole ({@code weir.http.max-answer})
 * @param chunkBytes the longest payload of a body that is relayed as bytes
 */
public record BodyLimits(int maxEventBytes, int maxAnswerBytes, int chunkBytes) {
    public BodyLimits {
        if (maxEventBytes < 1 || maxAnswerBytes < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
