package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.jspecify.annotations.Nullable;

/** Where a run is in its life. The last three are ends: a run reaches exactly one of them, once. */
public sealed interface RunState {

    /** The word for it in the API. */
    String status();

    /** True for the three ends. */
    default boolean ended() {
        return true;
    }

    /** Made, not yet at work. */
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

    /** At work, or streaming. */
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

    /** Has given all its output. The output of a run that streamed to its client is not kept: it is null here. */
    record Completed(@Nullable Object output) implements RunState {
        @Override
        public String status() {
            return "completed";
        }
    }

    /** Could not go on. */
    record Failed(WeirException cause) implements RunState {
        @Override
        public String status() {
            return "failed";
        }
    }

    /** Was ended from outside, for this reason. */
    record Cancelled(String reason) implements RunState {
        @Override
        public String status() {
            return "cancelled";
        }

        /** What those are told who wait for what the run gives. */
        WeirException failure(@Nullable Throwable cause) {
            return new WeirException(ErrorCode.CANCELLED, "the run was cancelled: " + reason, cause);
        }
    }
}
