package dev.weir.config;

import java.nio.file.Path;
import java.util.Optional;

/** The place of a model's files. Two components with equal locations share the model. */
public sealed interface ModelLocation {

    /** A folder of this machine, absolute. */
    record Local(Path directory) implements ModelLocation {

        @Override
        public String toString() {
            return directory.toString();
        }
    }

    /**
     * A repository of the Hugging Face Hub.
     *
     * @param repository {@code name} or {@code owner/name}
     * @param revision a branch, a tag or a commit
     * @param filename one file of the repository, if it has several models
     * @param cacheDirectory replaces the standard folder
     * @param localFilesOnly whether the network must not be used
     * @param token the access token for private repositories; a secret
     */
    record HuggingFace(
            String repository,
            String revision,
            Optional<String> filename,
            Optional<Path> cacheDirectory,
            boolean localFilesOnly,
            Optional<String> token)
            implements ModelLocation {

        /** The repository and revision: the token stays out of logs. */
        @Override
        public String toString() {
            return repository + (revision.equals("main") ? "" : "@" + revision);
        }
    }
}
