package dev.weir.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees when configuration files, the {@code .env} beside the first, or files that they name were saved. Made to be asked now
 * and then; a save counts once the files have stayed the same between two questions, since editors write in steps.
 * Thread-safe.
 */
public final class ConfigurationWatch {
    private final List<Path> files;
    private Map<Path, String> loaded;
    private Map<Path, String> seen;

    /** A watch of {@code files} as they are now. */
    public ConfigurationWatch(List<Path> files) {
        List<Path> watched = new ArrayList<>(files);
        watched.add(files.get(0).resolveSibling(".env"));
        this.files = List.copyOf(watched);
        this.loaded = fingerprints(this.files);
        this.seen = loaded;
    }

    /** Watches besides what the configuration that was loaded names, and nothing more that one before has named. */
    public synchronized void follow(List<Path> named) {
        List<Path> watched = new ArrayList<>(files);
        watched.addAll(named);
        Map<Path, String> next = fingerprints(watched);
        next.replaceAll(loaded::getOrDefault);
        loaded = next;
        seen = next;
    }

    /** True once for every save since the last question or the beginning. */
    public synchronized boolean saved() {
        Map<Path, String> before = seen;
        seen = fingerprints(before.keySet());
        if (seen.equals(loaded) || !seen.equals(before)) {
            return false;
        }
        loaded = seen;
        return true;
    }

    private static Map<Path, String> fingerprints(Iterable<Path> files) {
        Map<Path, String> fingerprints = new LinkedHashMap<>();
        files.forEach(file -> fingerprints.put(file, fingerprint(file)));
        return fingerprints;
    }

    private static String fingerprint(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size();
        } catch (IOException e) {
            return "absent";
        }
    }
}
