package dev.weir.api.form;

/**
 * The budget of memory and disk for the bodies of all requests, from their first byte to the end of their runs. Thread-safe.
 *
 * <p>Bodies that are still arriving may use at most half of the memory. So clients that send half a body leave room for complete
 * ones.
 */
public final class BodyBudget {
    /** The limit of the temporary files, as a multiple of the memory's limit. */
    static final int FILES = 8;

    private final long mostMemory;
    private long memory;
    private long files;

    /**
     * Begins with nothing reserved.
     *
     * @param mostMemory in bytes ({@code weir.http.body-memory})
     */
    public BodyBudget(long mostMemory) {
        this.mostMemory = mostMemory;
    }

    /** Makes an empty share. */
    public Share share() {
        return new Share();
    }

    /** The bytes of memory that are reserved. */
    synchronized long memory() {
        return memory;
    }

    /** The bytes of files that are reserved. */
    synchronized long files() {
        return files;
    }

    private synchronized boolean change(Share share, long wanted, long most) {
        long others = memory - share.memory;
        // A body above the limit is accepted if it is the only one.
        if (share.closed || (wanted > share.memory && others > 0 && others + wanted > most)) {
            return false;
        }
        memory = others + wanted;
        share.memory = wanted;
        return true;
    }

    private synchronized boolean changeFiles(Share share, long wanted) {
        if (share.closed || (wanted > share.files && files - share.files + wanted > FILES * mostMemory)) {
            return false;
        }
        files += wanted - share.files;
        share.files = wanted;
        return true;
    }

    private synchronized void close(Share share) {
        memory -= share.memory;
        files -= share.files;
        share.memory = 0;
        share.files = 0;
        share.closed = true;
    }

    /** The reservation of one body. Closing it releases everything; a closed share reserves nothing. Thread-safe. */
    public final class Share implements AutoCloseable {
        // Guarded by the budget:
        private long memory;
        private long files;
        private boolean closed;

        /**
         * Sets the reserved memory of a body that is still arriving.
         *
         * @param bytes the new total
         * @return false if there is no room; the reservation is then unchanged
         */
        boolean arriving(long bytes) {
            return change(this, bytes, mostMemory / 2);
        }

        /** Sets the reserved memory of a complete body, otherwise as {@link #arriving}. */
        boolean hold(long bytes) {
            return change(this, bytes, mostMemory);
        }

        /** Changes the reserved bytes of files by {@code bytes}, which may be negative; false if there is no room. */
        boolean moreFiles(long bytes) {
            synchronized (BodyBudget.this) {
                return changeFiles(this, files + bytes);
            }
        }

        @Override
        public void close() {
            BodyBudget.this.close(this);
        }
    }
}
