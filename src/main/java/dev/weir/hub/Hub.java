package dev.weir.hub;

import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.files.ExternalData;
import dev.weir.files.PythonJson;
import dev.weir.hub.HubApi.RemoteFile;
import dev.weir.hub.HubApi.Repository;
import dev.weir.hub.HubFault.Kind;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The Hugging Face Hub and its cache on this machine. Thread-safe; concurrent requests for the same file download it once.
 *
 * <p>Files in the cache are not downloaded. If a repository has no graph of a wanted variant, the repositories of known
 * converters to ONNX are tried.
 */
public final class Hub {
    private static final System.Logger LOG = System.getLogger(Hub.class.getName());

    private final HubSettings settings;
    private final HttpClient client;
    private final RepositoryCache.LinkMaker links;

    /**
     * Creates a client of the Hub.
     *
     * @param executor runs the HTTP client's callbacks
     */
    public Hub(HubSettings settings, Executor executor) {
        this(settings, executor, Files::createSymbolicLink);
    }

    Hub(HubSettings settings, Executor executor, RepositoryCache.LinkMaker links) {
        this.settings = settings;
        this.links = links;
        settings.proxies().problems().forEach(problem -> LOG.log(Level.WARNING, "{0}", problem));
        this.client = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(settings.timeout())
                .proxy(settings.proxies().selector())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Returns the folder with a model's files; downloads the files that the cache lacks. Blocks. An interrupt ends the download,
     * and the downloaded part is kept for the next call.
     *
     * @throws WeirException {@code NOT_READY} with the reason and the remedy; the message never contains the token
     */
    public Path fetch(HubModel model, HubProgress progress) throws InterruptedException {
        return fetch(model, model.variants(), progress);
    }

    /**
     * As {@link #fetch(HubModel, HubProgress)}, with other variants if neither the repository nor a conversion has one of the
     * model's.
     *
     * @param substitutes as the variants of {@link HubModel}
     */
    public Path fetch(HubModel model, List<String> substitutes, HubProgress progress) throws InterruptedException {
        HubModel other = model.with(substitutes);
        Optional<Path> exact = cached(model);
        Optional<Path> known = exact.or(() -> cached(other));
        if (settings.offline() || model.localOnly()) {
            return known.orElseThrow(() -> notCached(model));
        }
        if (exact.isPresent() && HubApi.isCommit(model.revision())) {
            return exact.get();
        }
        int attempts = known.isPresent() ? 1 : HubRequests.MAX_ATTEMPTS;
        try {
            List<String> seen = new ArrayList<>();
            Optional<Path> folder = online(model, progress, attempts, seen);
            if (folder.isEmpty() && !other.equals(model)) {
                folder = online(other, progress, attempts, new ArrayList<>());
            }
            return folder.orElseThrow(() -> new HubFault(Kind.FINAL, noGraphs(model, seen), null));
        } catch (HubFault e) {
            if (known.isEmpty() || e.kind() != Kind.TRANSIENT) {
                throw e;
            }
            LOG.log(Level.WARNING, "{0}; taking model {1} from the cache", e.detail(), model);
            return known.get();
        }
    }

    /**
     * Fetches the model with requests to the API; empty if no repository has a wanted graph.
     *
     * @param attempts the most attempts of a request to the API; few if the cache has the model
     * @param seen receives the graphs that the repositories have
     */
    private Optional<Path> online(HubModel model, HubProgress progress, int attempts, List<String> seen)
            throws InterruptedException {
        for (String name : candidates(model)) {
            Optional<Path> folder;
            try {
                folder = new Fetch(model.in(name), progress, attempts).run(seen);
            } catch (HubFault e) {
                if (e.kind() != Kind.ABSENT || name.equals(model.repository())) {
                    throw e;
                }
                folder = Optional.empty();
            }
            if (folder.isPresent()) {
                if (!name.equals(model.repository())) {
                    LOG.log(Level.INFO, "model {0} has no such ONNX files; taking {1}", model, name);
                }
                return folder;
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the repository and the names of its possible ONNX conversions. A pinned revision or a named file has no conversion.
     */
    private static List<String> candidates(HubModel model) {
        if (!model.revision().equals(HubModel.MAIN) || model.filename().isPresent()) {
            return List.of(model.repository());
        }
        int slash = model.repository().indexOf('/');
        String name = model.repository().substring(slash + 1);
        return Stream.of(
                        model.repository(),
                        slash < 0 ? model.repository() : model.repository() + "-ONNX",
                        "onnx-community/" + name + "-ONNX",
                        "onnx-community/" + name,
                        "Xenova/" + name)
                .distinct()
                .toList();
    }

    private static String noGraphs(HubModel model, List<String> seen) {
        String wanted =
                model.filename().orElseGet(() -> "model" + String.join(".onnx or model", model.variants()) + ".onnx");
        String found = seen.isEmpty() ? "no ONNX files" : "only " + String.join(", ", seen);
        String twins = candidates(model).size() == 1
                ? ""
                : ", and of its twins "
                        + String.join(
                                ", ",
                                candidates(model).subList(1, candidates(model).size())) + " none has more";
        return "model " + model + " has " + found + twins + "; wanted was " + wanted
                + ": name another precision, or export it: optimum-cli export onnx --model " + model.repository()
                + " ./folder, then model: ./folder";
    }

    private RepositoryCache cache(HubModel model) {
        return new RepositoryCache(model.cache().orElse(settings.cache()), model.repository(), links);
    }

    /** Returns the model's folder in the cache, if it has all necessary files. */
    private Optional<Path> cached(HubModel model) {
        try {
            for (String name : candidates(model)) {
                RepositoryCache cache = cache(model.in(name));
                Optional<String> commit = cache.commitOf(model.revision());
                if (commit.isPresent() && isEnough(cache, commit.get(), model)) {
                    return commit.map(cache::snapshot);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new HubFault(Kind.FINAL, "the Hub's cache cannot be read: " + Reasons.of(e), e);
        }
    }

    private static boolean isEnough(RepositoryCache cache, String commit, HubModel model) throws IOException {
        ModelFiles files = new ModelFiles(cache.files(commit));
        return files.contains(ModelFiles.CONFIG)
                && files.choose(model, isEncoderDecoder(cache.snapshot(commit))).isPresent();
    }

    private HubFault notCached(HubModel model) {
        String why = model.localOnly() ? "local_files_only is set" : "HF_HUB_OFFLINE is set";
        return new HubFault(
                Kind.FINAL,
                why + ", and the cache " + model.cache().orElse(settings.cache()) + " does not have model " + model
                        + " with config.json and its ONNX files: load it once with network",
                null);
    }

    private static boolean isEncoderDecoder(Path snapshot) throws IOException {
        try {
            Path file = new ConfinedFolder(snapshot)
                    .file(ModelFiles.CONFIG, ConfinedFolder.MAX_SETTINGS)
                    .orElseThrow(() -> new NoSuchFileException(ModelFiles.CONFIG));
            return PythonJson.read(file).get("is_encoder_decoder") == JsonValue.TRUE;
        } catch (WeirException e) {
            throw new HubFault(Kind.FINAL, "the config.json of " + snapshot + " cannot be read: " + e.detail(), e);
        }
    }

    /** One download of a model from one repository. */
    private final class Fetch {
        private final HubModel model;
        private final RepositoryCache cache;
        private final HubApi api;
        private final Downloads downloads;

        Fetch(HubModel model, HubProgress progress, int attempts) {
            Optional<String> token = model.token().or(settings::token);
            HubRequests requests = new HubRequests(client, settings, token, HubRequests.MAX_ATTEMPTS);
            this.model = model;
            this.cache = cache(model);
            this.api = new HubApi(new HubRequests(client, settings, token, attempts));
            this.downloads = new Downloads(requests, cache, progress);
        }

        /** Downloads the files; empty if the repository has no wanted graph. Adds the graphs that it has to {@code seen}. */
        Optional<Path> run(List<String> seen) throws InterruptedException {
            Repository repository = api.repository(model);
            ModelFiles files = new ModelFiles(repository.files());
            files.graphs().forEach(graph -> seen.add(model.repository() + "/" + graph));
            if (!files.contains(ModelFiles.CONFIG) || files.graphs().isEmpty()) {
                return Optional.empty();
            }
            try {
                get(repository, ModelFiles.CONFIG);
                Path snapshot = cache.snapshot(repository.commit());
                Optional<ModelFiles.Chosen> needed = files.choose(model, isEncoderDecoder(snapshot));
                if (needed.isEmpty()) {
                    return Optional.empty();
                }
                for (String file : needed.get().beside()) {
                    get(repository, file);
                }
                for (String graph : needed.get().graphs()) {
                    getGraph(repository, files, graph);
                }
                cache.remember(model.revision(), repository.commit());
                return Optional.of(snapshot);
            } catch (IOException e) {
                throw new HubFault(
                        Kind.FINAL, "the Hub's cache " + cache.folder() + " cannot be used: " + Reasons.of(e), e);
            }
        }

        /**
         * Downloads a graph and its weights. The graph is read before it is linked into the snapshot: only the graph names the
         * files with its weights.
         */
        private void getGraph(Repository repository, ModelFiles files, String name) throws InterruptedException {
            if (cache.has(repository.commit(), name)) {
                return;
            }
            RemoteFile graph = api.file(repository, name);
            Path blob = downloads.fetchBlob(graph, repository.commit());
            for (String weights : files.weights(name, locations(blob))) {
                get(repository, weights);
            }
            downloads.fetch(graph, repository.commit());
        }

        /** Returns the files with the weights; none if the file is no graph, which the opening of the model reports. */
        private static Set<String> locations(Path graph) {
            try {
                return ExternalData.locations(graph);
            } catch (WeirException e) {
                LOG.log(Level.WARNING, "{0}", e.detail());
                return Set.of();
            }
        }

        private void get(Repository repository, String name) throws InterruptedException {
            if (!cache.has(repository.commit(), name)) {
                downloads.fetch(api.file(repository, name), repository.commit());
            }
        }
    }
}
