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
 * Sees when configuration files, the {@code .env} beside the first, or files that they name were saved, by their content. Made to
 * be asked now and then. A save counts once the files have stayed the same between two questions, since editors write in steps,
 * or {@link #LONGEST_WAIT} after the first save that was seen. All calls may block on the file system. Not thread-safe.
 */
final class ConfigurationWatch {
    /** How long saves may follow each other before the files are loaded all the same. */
    static final Duration LONGEST_WAIT = Duration.ofMillis(1500);

    /** The fingerprint of a file that was saved while it was read: what was read is not known. */
    private static final String UNKNOWN = "unknown";

    private final List<Path> files;
    private final LongSupplier nanos;
    private final Fingerprints fingerprints = new Fingerprints();
    private Map<Path, String> loaded;
    private Map<Path, String> seen;
    private boolean changed;
    private long changedAt;

    /**
     * A watch of {@code files}, of which nothing has been loaded.
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

    /** Whether a save is to be loaded now. */
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

    /** Whether saves have followed each other for so long that the files are loaded all the same. */
    boolean isLate() {
        return changed && nanos.getAsLong() - changedAt >= LONGEST_WAIT.toNanos();
    }

    /** To be called before the files are read. */
    Reading begin() {
        return new Reading();
    }

    /** One load, from the moment before the files are read. */
    final class Reading {
        private final Instant began = Instant.now();
        private final Map<Path, String> read = of(seen.keySet());

        private Reading() {}

        /** Whether the files are still as they were at the beginning. */
        boolean isCurrent() {
            return of(read.keySet()).equals(read);
        }

        /**
         * What was read is served. From now on the files that it names are watched too, and no file that only an earlier one has
         * named.
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
