package dev.weir.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees when configuration files, or the {@code .env} beside the first, were saved. Made to be asked now and then, by one
 * thread at a time; a save counts once the files have stayed the same between two questions, since editors write in steps.
 */
public final class ConfigurationWatch {
    private final List<Path> files;
    private List<String> loaded;
    private List<String> seen;

    /** A watch of {@code files} as they are now. */
    public ConfigurationWatch(List<Path> files) {
        List<Path> watched = new ArrayList<>(files);
        watched.add(files.get(0).resolveSibling(".env"));
        this.files = List.copyOf(watched);
        this.loaded = fingerprint();
        this.seen = loaded;
    }

    /** True once for every save since the last question or the beginning. */
    public boolean saved() {
        List<String> before = seen;
        seen = fingerprint();
        if (seen.equals(loaded) || !seen.equals(before)) {
            return false;
        }
        loaded = seen;
        return true;
    }

    private List<String> fingerprint() {
        return files.stream().map(ConfigurationWatch::fingerprint).toList();
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
