package dev.weir.hub;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One repository in the cache, in Python's layout. Contents are in {@code blobs/} under their etags, the commit of each branch in
 * {@code refs/}. {@code snapshots/<commit>/} has a relative link to its blob for each file. On a file system without links the
 * snapshot holds the files themselves.
 */
final class RepositoryCache {
    private final Path root;
    private final Path folder;
    private final LinkMaker links;

    /** Makes a symbolic link; the file system may refuse. */
    @FunctionalInterface
    interface LinkMaker {
        void link(Path link, Path target) throws IOException;
    }

    RepositoryCache(Path root, String repository, LinkMaker links) {
        this.root = root;
        this.folder = root.resolve(name(repository));
        this.links = links;
    }

    private static String name(String repository) {
        return "models--" + repository.replace("/", "--");
    }

    Path folder() {
        return folder;
    }

    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    Path blob(String etag) {
        return folder.resolve("blobs").resolve(etag);
    }

    Path lock(String etag) {
        return root.resolve(".locks").resolve(folder.getFileName()).resolve(etag + ".lock");
    }

    /** Returns the commit of a branch or tag at its last look-up, or the commit itself; empty if it is unknown. */
    Optional<String> commitOf(String revision) throws IOException {
        if (HubApi.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = folder.resolve("refs").resolve(revision);
        return Files.isRegularFile(ref)
                ? Optional.of(Files.readString(ref).strip()).filter(HubApi::isCommit)
                : Optional.empty();
    }

    void remember(String revision, String commit) throws IOException {
        if (!HubApi.isCommit(revision) && !commitOf(revision).equals(Optional.of(commit))) {
            Path ref = folder.resolve("refs").resolve(revision);
            Files.createDirectories(ref.getParent());
            Path written = beside(ref);
            Files.writeString(written, commit);
            move(written, ref);
        }
    }

    boolean has(String commit, String file) {
        return Files.isRegularFile(snapshot(commit).resolve(file));
    }

    /** Returns the complete files of a snapshot. */
    List<String> files(String commit) throws IOException {
        Path snapshot = snapshot(commit);
        if (!Files.isDirectory(snapshot)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(snapshot)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> snapshot.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }
    }

    /** Links a blob into a snapshot. */
    void link(String commit, String file, String etag) throws IOException {
        Path link = snapshot(commit).resolve(file);
        if (Files.isRegularFile(link)) {
            return;
        }
        Path folder = Objects.requireNonNull(link.getParent(), "a snapshot is a folder");
        Files.createDirectories(folder);
        Files.deleteIfExists(link); // A link remains when its blob is deleted.
        try {
            links.link(link, folder.relativize(blob(etag)));
        } catch (FileAlreadyExistsException another) {
            // Another process was faster, with the same link.
        } catch (IOException | UnsupportedOperationException noLinks) {
            Path copy = beside(link);
            Files.copy(blob(etag), copy);
            move(copy, link);
            Files.deleteIfExists(blob(etag)); // As Python does: the copy in the snapshot is enough.
        }
    }

    /** Returns a new name in the same folder. A file of {@code createTempFile} would be unreadable for other users. */
    private static Path beside(Path file) {
        return file.resolveSibling("." + UUID.randomUUID());
    }

    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
