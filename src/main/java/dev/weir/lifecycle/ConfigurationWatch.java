package dev.weir.lifecycle;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Detects saves of the configuration files, of the {@code .env} beside the first file, and of files that they name, by their
 * content. It is polled. Editors save in steps: a save counts when two polls have found the same content, or
 * {@link #LONGEST_WAIT} after the first detected change. All calls may block on the file system. Not thread-safe.
 */
final class ConfigurationWatch {
    /** The longest time of continuous saves after which the files are loaded. */
    static final Duration LONGEST_WAIT = Duration.ofMillis(1500);

    /** The fingerprint of a file that was saved while it was read, so that the read content is unknown. */
    private static final String UNKNOWN = "unknown";

    private final List<Path> files;
    private final LongSupplier nanos;
    private final Fingerprints fingerprints = new Fingerprints();
    private Map<Path, String> loaded;
    private Map<Path, String> seen;
    private boolean changed;
    private long changedAt;

    /**
     * Watches {@code files}, which have not been loaded.
     *
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    ConfigurationWatch(List<Path> files, LongSupplier nanos) {
        List<Path> watched = new ArrayList<>(files);
        watched.add(files.get(0).resolveSibling(".env"));
        this.files = List.copyOf(watched);
        this.nanos = nanos;
        this.loaded = of(this.files);
        this.seen = loaded;
    }

    /** Checks the files. True if a save should be loaded now. */
    boolean isDue() {
        Map<Path, String> before = seen;
        seen = of(before.keySet());
        if (seen.equals(loaded)) {
            changed = false;
            return false;
        }
        if (!changed) {
            changed = true;
            changedAt = nanos.getAsLong();
        }
        return seen.equals(before) || isLate();
    }

    /** Whether continuous saves have lasted so long that the files are loaded anyway. */
    boolean isLate() {
        return changed && nanos.getAsLong() - changedAt >= LONGEST_WAIT.toNanos();
    }

    /** Begins a load. To be called before the files are read. */
    Reading begin() {
        return new Reading();
    }

    /** One load, from the moment before the files are read. */
    final class Reading {
        private final Instant began = Instant.now();
        private final Map<Path, String> read = of(seen.keySet());

        private Reading() {}

        /** Whether the files are unchanged since the beginning of the load. */
        boolean isCurrent() {
            return of(read.keySet()).equals(read);
        }

        /**
         * Marks the content as served. The named files are watched from now on, and no longer the files that only an earlier
         * configuration has named.
         */
        void served(List<Path> named) {
            Set<Path> watched = new LinkedHashSet<>(files);
            watched.addAll(named);
            Map<Path, String> next = new LinkedHashMap<>();
            for (Path file : watched) {
                String before = read.get(file);
                String now = Fingerprints.changedAfter(file, began) ? UNKNOWN : fingerprints.of(file);
                next.put(file, before == null ? now : before);
            }
            fingerprints.retain(watched);
            loaded = next;
            seen = next;
            changed = false;
        }
    }

    private Map<Path, String> of(Iterable<Path> watched) {
        Map<Path, String> result = new LinkedHashMap<>();
        watched.forEach(file -> result.put(file, fingerprints.of(file)));
        return result;
    }
}
