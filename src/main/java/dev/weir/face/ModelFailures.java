package dev.weir.face;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import java.util.Map;

/** The form of failures in an API of models. An invalid input is 400 there, since its clients do not know 422. Thread-safe. */
public interface ModelFailures extends FailureForm {
    @Override
    default String mediaType() {
        return "application/json";
    }

    @Override
    default int status(WeirException failure) {
        return failure.code() == ErrorCode.INVALID_INPUT ? 400 : failure.code().status();
    }

    /** The clients repeat requests by themselves. A run that has begun may have had effects, so it is not repeated. */
    @Override
    default Map<String, String> headers(WeirException failure, boolean begun) {
        return begun ? Map.of("x-should-retry", "false") : Map.of();
    }
}
