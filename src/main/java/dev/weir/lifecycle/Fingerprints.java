package dev.weir.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints of the content of files: equal fingerprints mean equal content. A file is read again if its attributes have
 * changed, or if they could hide a change. That is so for some time after a change, and on a file system without the time of the
 * last change of attributes (ctime). Only that time shows that a file was replaced by another one with the same size and time.
 * Not thread-safe.
 */
final class Fingerprints {
    private static final String ABSENT = "absent";
    private static final String CHANGE_TIME = "unix:ctime";
    /** Longer than the clock step of any file system. */
    private static final Duration SETTLED = Duration.ofSeconds(2);
    /** The most bytes that are read from a file; the rest of a larger file is represented by its attributes. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final Map<Path, Known> known = new HashMap<>();

    /** The state of a file when it was read. */
    private record Known(Attributes attributes, Instant readAt, String content) {
        boolean stillHolds(Attributes now) {
            return now.changed() != null
                    && attributes.equals(now)
                    && now.latest().plus(SETTLED).isBefore(readAt);
        }
    }

    private record Attributes(
            FileTime modified,
            long bytes,
            @Nullable Object key,
            @Nullable FileTime changed) {
        static Attributes of(Path file, BasicFileAttributes basic) throws IOException {
            boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
            FileTime changed = unix ? (FileTime) Files.getAttribute(file, CHANGE_TIME) : null;
            return new Attributes(basic.lastModifiedTime(), basic.size(), basic.fileKey(), changed);
        }

        Instant latest() {
            Instant written = modified.toInstant();
            return changed == null || changed.toInstant().isBefore(written) ? written : changed.toInstant();
        }
    }

    /**
     * The fingerprint of {@code file}. A file that cannot be read has the fingerprint of a missing file. Blocks while the file is
     * read.
     */
    String of(Path file) {
        try {
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
            Attributes now = Attributes.of(file, basic);
            if (!basic.isRegularFile()) {
                return now.toString();
            }
            Known before = known.get(file);
            if (before == null || !before.stillHolds(now)) {
                Instant readAt = Instant.now();
                before = new Known(now, readAt, content(file, now));
                known.put(file, before);
            }
            return before.content();
        } catch (IOException e) {
            known.remove(file);
            return ABSENT;
        }
    }

    /** Whether {@code file} was changed after {@code moment}, as far as its attributes show. */
    static boolean changedAfter(Path file, Instant moment) {
        try {
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
            return Attributes.of(file, basic).latest().isAfter(moment);
        } catch (IOException e) {
            return false;
        }
    }

    /** Forgets all files except these. */
    void retain(Set<Path> files) {
        known.keySet().retainAll(files);
    }

    private static String content(Path file, Attributes attributes) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int read = in.read(buffer);
            for (long total = read; read > 0 && total <= MOST_BYTES; total += read) {
                digest.update(buffer, 0, read);
                read = in.read(buffer);
            }
            String content = HexFormat.of().formatHex(digest.digest());
            return read > 0 ? content + " " + attributes : content;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
