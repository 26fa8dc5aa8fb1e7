package dev.weir.api;

import dev.weir.WeirException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a client gets failures: problem documents, or the errors of another API. Every secret is masked. Thread-safe.
 */
public interface FailureForm {
    /** The media type of the documents. */
    String mediaType();

    /** The HTTP status of a failure. */
    int status(WeirException failure);

    /**
     * The document of a failure, as plain values.
     *
     * @param taskId the task that failed; null for none
     */
    Map<String, @Nullable Object> document(WeirException failure, @Nullable String taskId);

    /**
     * The header fields that only this form has.
     *
     * @param begun whether a run of the request has begun
     */
    default Map<String, String> headers(WeirException failure, boolean begun) {
        return Map.of();
    }
}
