package dev.weir.component;

import java.util.Optional;

/** Whether a component can serve. */
public sealed interface Readiness {
    /** The component can serve. */
    record Ready() implements Readiness {}

    /** The component will be able to serve. A call waits for it. */
    record Loading(Optional<Download> download) implements Readiness {
        /** Loading without a download. */
        public Loading() {
            this(Optional.empty());
        }
    }

    /**
     * A file that is being downloaded.
     *
     * @param percent the part that has arrived
     */
    record Download(String file, int percent) {}

    /** The component cannot serve, for this reason. */
    record Failed(String reason) implements Readiness {}
}
