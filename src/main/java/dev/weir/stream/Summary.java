package dev.weir.stream;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The reason of an output's end and its counts of tokens, as the producer of the output tells them. Complete when the output
 * has ended; before that, the values that are known so far. Thread-safe.
 */
public interface Summary {
    /** The summary of an output whose producer tells nothing. */
    Summary UNKNOWN = new Summary() {};

    /** The reason of the end. */
    enum Finish {
        /** The text is complete: an end token or a stop sequence came. */
        STOP,
        /** A limit of tokens cut the text off. */
        LENGTH,
        /** The model calls tools. */
        TOOL_CALLS,
        /** A filter of the upstream cut the text off. */
        CONTENT_FILTER
    }

    /** Returns the reason of the end; empty before the end, or if it is not known. */
    default Optional<Finish> finish() {
        return Optional.empty();
    }

    /** Returns the stop sequence that ended the text; empty if none did, or if it is not known. */
    default Optional<String> stopSequence() {
        return Optional.empty();
    }

    /** Returns the number of tokens of the prompt; empty if it is not known. */
    default OptionalInt promptTokens() {
        return OptionalInt.empty();
    }

    /** Returns the number of tokens of the output; empty if it is not known. */
    default OptionalInt completionTokens() {
        return OptionalInt.empty();
    }
}
