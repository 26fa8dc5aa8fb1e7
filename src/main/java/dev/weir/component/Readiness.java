package dev.weir.component;

import java.util.Optional;

/** Whether a component can serve. */
public sealed interface Readiness {
    /** It can. */
    record Ready() implements Readiness {}

    /** It will; a call waits for it. */
    record Loading(Optional<Download> download) implements Readiness {
        /** Nothing is downloaded. */
        public Loading() {
            this(Optional.empty());
        }
    }

    /**
     * A file on its way here.
     *
     * @param percent how much of it is there
     */
    record Download(String file, int percent) {}

    /** It cannot, for this reason. */
    record Failed(String reason) implements Readiness {}
}
