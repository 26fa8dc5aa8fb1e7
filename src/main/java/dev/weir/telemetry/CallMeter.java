package dev.weir.telemetry;

import java.util.OptionalInt;

/**
 * Measures one call of a component from its creation to its end. Nothing is recorded unless the component has described the
 * call as an operation of a model. Thread-safe; no method blocks.
 */
public interface CallMeter {
    /** Measures nothing. */
    CallMeter NONE = new CallMeter() {
        @Override
        public void describe(Operation operation) {}

        @Override
        public boolean isDescribed() {
            return false;
        }

        @Override
        public void chunk() {}

        @Override
        public void end(String error, OptionalInt promptTokens, OptionalInt completionTokens) {}
    };

    /** Describes the call. Only the first call has an effect: retries and polls belong to the first request. */
    void describe(Operation operation);

    /** Whether the call is described. */
    boolean isDescribed();

    /** A chunk of the call's stream has arrived. */
    void chunk();

    /**
     * The call has ended. Only the first call has an effect.
     *
     * @param error the code of the failure; empty for none
     * @param promptTokens the tokens that were read, if they are known
     * @param completionTokens the tokens that were generated, if they are known
     */
    void end(String error, OptionalInt promptTokens, OptionalInt completionTokens);
}
