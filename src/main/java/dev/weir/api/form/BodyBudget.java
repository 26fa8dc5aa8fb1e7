package dev.weir.api.form;

/**
 * The memory and the disk that the bodies of all requests share, from their first byte until their runs have ended. Thread-safe.
 *
 * <p>Bodies that still arrive have at most half of the memory, so that clients that send half a body leave room for whole ones.
 */
public final class BodyBudget {
    /** How many times the memory may lie in temporary files. */
    static final int FILES = 8;

    private final long mostMemory;
    private long memory;
    private long files;

    /** @param mostMemory in bytes ({@code weir.http.body-memory}) */
    public BodyBudget(long mostMemory) {
        this.mostMemory = mostMemory;
    }

    /** A share that holds nothing. */
    public Share share() {
        return new Share();
    }

    /** Bytes of memory that are held. */
    synchronized long memory() {
        return memory;
    }

    /** Bytes of files that are held. */
    synchronized long files() {
        return files;
    }

    private synchronized boolean change(Share share, long wanted, long most) {
        long others = memory - share.memory;
        // One that is larger than all may be there alone.
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

    /** What one body holds. Closing it gives all back; a closed share takes nothing. Thread-safe. */
    public final class Share implements AutoCloseable {
        // Guarded by the budget:
        private long memory;
        private long files;
        private boolean closed;

        /**
         * Holds that many bytes of memory instead of what was held, for a body that still arrives.
         *
         * @return false if there is no room; then what was held stays
         */
        boolean arriving(long bytes) {
            return change(this, bytes, mostMemory / 2);
        }

        /** The same for a body that has arrived. */
        boolean hold(long bytes) {
            return change(this, bytes, mostMemory);
        }

        /** Holds that many bytes more of files, or fewer; false if there is no room. */
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
