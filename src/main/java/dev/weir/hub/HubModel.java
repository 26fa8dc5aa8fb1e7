package dev.weir.hub;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A requested model of the Hub.
 *
 * @param repository {@code name} or {@code owner/name}
 * @param revision a branch, a tag or a commit
 * @param variants the possible texts between a graph's name and {@code .onnx}, such as {@code _fp16}, the preferred one first
 * @param filename one graph of the repository, instead of those of {@code variants}
 * @param cache the cache's folder; empty for that of the settings
 * @param localOnly whether the network must not be used
 * @param token the access token; empty for that of the settings. A secret
 */
public record HubModel(
        String repository,
        String revision,
        List<String> variants,
        Optional<String> filename,
        Optional<Path> cache,
        boolean localOnly,
        Optional<String> token) {
    private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]+(/[\\w.-]+)?");
    private static final Pattern REVISION = Pattern.compile("[\\w.-]+(/[\\w.-]+)*");
    /** The default branch of a repository. */
    static final String MAIN = "main";

    /**
     * Checks the names and copies the variants.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the repository or the revision is not a valid name
     */
    public HubModel {
        variants = List.copyOf(variants);
        check("repository", repository, REPOSITORY);
        check("revision", revision, REVISION);
    }

    private static void check(String key, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches() || List.of(value.split("/", -1)).contains("..")) {
            throw new WeirException(ErrorCode.NOT_READY, key + " of a model cannot be '" + value + "'");
        }
    }

    /** Returns the same model in another repository. */
    HubModel in(String other) {
        return new HubModel(other, revision, variants, filename, cache, localOnly, token);
    }

    /** Returns the same model with other variants. */
    HubModel with(List<String> others) {
        return new HubModel(repository, revision, others, filename, cache, localOnly, token);
    }

    /** Returns the repository and the revision. The token must not appear in logs. */
    @Override
    public String toString() {
        return repository + (revision.equals(MAIN) ? "" : "@" + revision);
    }
}
