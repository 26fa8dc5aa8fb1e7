package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of a run. The last three are ends: a run reaches exactly one of them, once. */
public sealed interface RunState {

    /** Returns the state's name in the API. */
    String status();

    /** True for the three ends. */
    default boolean ended() {
        return true;
    }

    /** Created, not yet started. */
    record Pending() implements RunState {
        @Override
        public String status() {
            return "pending";
        }

        @Override
        public boolean ended() {
            return false;
        }
    }

    /** Running or streaming. */
    record Processing() implements RunState {
        @Override
        public String status() {
            return "processing";
        }

        @Override
        public boolean ended() {
            return false;
        }
    }

    /**
     * Completed with all its output. The output is null for a run that streamed to its client, since it is not kept.
     *
     * @param content the media type of bytes that come from an upstream; empty for other values
     */
    record Completed(@Nullable Object output, Optional<Content> content) implements RunState {
        public Completed(@Nullable Object output) {
            this(output, Optional.empty());
        }

        @Override
        public String status() {
            return "completed";
        }
    }

    /** Ended by a failure. */
    record Failed(WeirException cause) implements RunState {
        @Override
        public String status() {
            return "failed";
        }
    }

    /** Ended by request of the client, a limit or the server. */
    record Cancelled(String reason) implements RunState {
        @Override
        public String status() {
            return "cancelled";
        }

        /** Returns the failure for readers that wait for the run's output. */
        WeirException failure(@Nullable Throwable cause) {
            return Cancellation.failure(reason, cause);
        }
    }
}
