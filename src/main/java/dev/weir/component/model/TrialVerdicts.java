package dev.weir.component.model;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Short texts in a folder, one file each, of limited number. If the folder cannot be used, nothing is stored and no
 * call fails.
 */
final class TrialVerdicts {
    private static final System.Logger LOG = System.getLogger(TrialVerdicts.class.getName());
    private static final int MOST = 1_000;
    private static final int LONGEST = 1_000;

    private final Path folder;

    TrialVerdicts(Path folder) {
        this.folder = folder;
    }

    /** The text with that name; null if there is none. */
    @Nullable
    String read(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.size(file) > LONGEST ? null : Files.readString(file).strip();
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} cannot be read: {1}", file, e);
            return null;
        }
    }

    /** Stores a text, and deletes the oldest texts above the limit. */
    void keep(String name, String text) {
        try {
            Files.createDirectories(folder);
            Path written = folder.resolve("." + UUID.randomUUID());
            Files.writeString(written, text.substring(0, Math.min(LONGEST / 4, text.length())));
            Files.move(written, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            List<Path> all = oldestFirst();
            for (int i = 0; i < all.size() - MOST; i++) {
                Files.deleteIfExists(all.get(i));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the verdict of a trial cannot be kept in {0}: {1}", folder, e);
        }
    }

    private List<Path> oldestFirst() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = new ArrayList<>(files.toList());
            if (all.size() > MOST) {
                all.sort(Comparator.comparing(TrialVerdicts::written));
            }
            return all;
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
