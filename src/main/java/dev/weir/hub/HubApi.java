package dev.weir.hub;

import dev.weir.WeirException;
import dev.weir.hub.HubFault.Kind;
import dev.weir.hub.HubRequests.Answer;
import dev.weir.json.Json;
import dev.weir.json.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests to the Hub's API: a repository's files, and one file's metadata. */
final class HubApi {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ETAG = Pattern.compile("[\\w.-]{1,128}");
    private static final int LARGEST_LIST = 8 << 20;
    private static final JsonLimits LIST = new JsonLimits(200_000, 4_096);

    private final HubRequests requests;

    HubApi(HubRequests requests) {
        this.requests = requests;
    }

    /** A repository at one commit. */
    record Repository(String name, String commit, List<String> files) {}

    /**
     * A file at one commit.
     *
     * @param etag the hash of the content: SHA-256 of a large file, git's blob hash of a small one
     * @param size in bytes
     */
    record RemoteFile(URI uri, String name, String etag, long size) {}

    /** Returns true if the revision is a commit's hash, which always names the same content. */
    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /**
     * Returns a repository's commit and files. Blocks, with retries.
     *
     * @throws HubFault if there is no such repository or revision, or if the Hub does not answer
     */
    Repository repository(HubModel model) throws InterruptedException {
        String what = "model " + model + " of the Hub";
        URI uri = requests.uri("/api/models/" + model.repository() + "/revision/" + encoded(model.revision()));
        byte[] json = requests.withRetries(
                what, () -> requests.send("GET", uri, 0, what, answer -> list(what, answer)), () -> 0);
        return parsed(model, json);
    }

    private static byte[] list(String what, Answer answer) throws IOException, InterruptedException {
        Optional<byte[]> list = answer.body().readAll(LARGEST_LIST);
        return list.orElseThrow(() -> new HubFault(
                Kind.FINAL, what + ": its list of files is too long (at most " + LARGEST_LIST + " bytes)", null));
    }

    private static Repository parsed(HubModel model, byte[] json) {
        try {
            if (Json.parse(json, LIST) instanceof Map<?, ?> info
                    && info.get("sha") instanceof String commit
                    && isCommit(commit)
                    && info.get("siblings") instanceof List<?> siblings) {
                List<String> files = new ArrayList<>();
                for (Object sibling : siblings) {
                    if (sibling instanceof Map<?, ?> file
                            && file.get("rfilename") instanceof String name
                            && isSafe(name)) {
                        files.add(name);
                    }
                }
                return new Repository(model.repository(), commit, files);
            }
        } catch (WeirException e) {
            throw new HubFault(
                    Kind.FINAL, "the Hub's answer about model " + model + " cannot be read: " + e.detail(), e);
        }
        throw new HubFault(Kind.FINAL, "the Hub's answer about model " + model + " has no commit or no files", null);
    }

    /** Returns whether a file's name stays within its folder. */
    private static boolean isSafe(String name) {
        return !name.isEmpty()
                && Stream.of(name.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals("..") || part.equals("."))
                && name.chars().noneMatch(c -> c == '\\' || c == ':' || c < ' ');
    }

    /**
     * Returns a file's metadata. Blocks, with retries.
     *
     * @throws HubFault if there is no such file, or if the Hub does not answer
     */
    RemoteFile file(Repository repository, String name) throws InterruptedException {
        String what = "file " + name + " of model " + repository.name();
        String path = Stream.of(name.split("/")).map(HubApi::encoded).collect(Collectors.joining("/"));
        URI uri = requests.uri("/" + repository.name() + "/resolve/" + repository.commit() + "/" + path);
        return requests.withRetries(
                what, () -> requests.send("HEAD", uri, 0, what, answer -> described(uri, name, answer)), () -> 0);
    }

    private static RemoteFile described(URI uri, String name, Answer answer) throws IOException {
        String etag =
                answer.header("X-Linked-Etag").or(() -> answer.header("ETag")).orElse("");
        Optional<String> size = answer.header("X-Linked-Size")
                .or(() -> answer.last("Content-Length"))
                .filter(text -> text.matches("[0-9]{1,18}"));
        String plain = etag.replaceFirst("^W/", "").replace("\"", "");
        if (!ETAG.matcher(plain).matches() || plain.startsWith(".") || size.isEmpty()) {
            throw new IOException("the Hub's answer has no hash or no size of the file");
        }
        return new RemoteFile(uri, name, plain, Long.parseLong(size.get()));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
