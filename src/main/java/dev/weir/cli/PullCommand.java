package dev.weir.cli;

import dev.weir.WeirException;
import dev.weir.component.model.ModelDownload;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.hub.Hub;
import dev.weir.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads the models of a configuration as a server would: into the same cache, with the same choice of files. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = "Downloads the models that a configuration needs into the cache of the Hub.",
        footer = {
            "",
            "HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and the proxy variables have their usual meaning.",
            "Exit status: 0 all models are in the cache, 1 errors in the configuration, 3 a model cannot be downloaded."
        })
final class PullCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Configuration files; several are one configuration.")
    private List<Path> files = List.of();

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "The cache (default: HF_HUB_CACHE, or hub in HF_HOME).")
    private @Nullable Path cache;

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file with the token (default: HF_TOKEN).")
    private @Nullable Path tokenFile;

    @Option(names = "--component", paramLabel = "ID", description = "Only the models of these components.")
    private List<String> components = List.of();

    @Mixin
    private EnvironmentOption environment = new EnvironmentOption();

    PullCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<ModelConfig> models = models();
        if (models.isEmpty()) {
            terminal.tell("no model of the Hub is named: nothing to download");
            return ExitStatus.DONE;
        }
        ExecutorService callbacks = Executors.newCachedThreadPool();
        try {
            Hub hub = new Hub(settings(), callbacks);
            for (ModelConfig model : models) {
                pull(hub, model);
            }
            return ExitStatus.DONE;
        } finally {
            callbacks.shutdownNow();
        }
    }

    private List<ModelConfig> models() {
        LoadResult result = ConfigReader.read(files, environment.over(terminal.environment()));
        if (!(result instanceof LoadResult.Loaded loaded)) {
            Finding.of(result).all().forEach(finding -> terminal.err().print(finding.text(terminal)));
            throw new CommandException(ExitStatus.FAILED, "the configuration has errors: nothing is downloaded");
        }
        components.stream()
                .filter(id -> loaded.config().component(id).isEmpty())
                .forEach(id -> {
                    throw new CommandException(
                            ExitStatus.USAGE, "there is no component '" + id + "': check --component");
                });
        return loaded.config().components().stream()
                .filter(ModelConfig.class::isInstance)
                .map(ModelConfig.class::cast)
                .filter(model -> model.model() instanceof ModelLocation.HuggingFace)
                .filter(model -> components.isEmpty() || components.contains(model.id()))
                .toList();
    }

    private HubSettings settings() {
        Map<String, String> variables = new LinkedHashMap<>(environment.over(terminal.environment()));
        if (cache != null) {
            variables.put("HF_HUB_CACHE", cache.toAbsolutePath().toString());
        }
        if (tokenFile != null) {
            variables.remove("HF_TOKEN");
            variables.remove("HUGGING_FACE_HUB_TOKEN");
            variables.put("HF_TOKEN_PATH", tokenFile.toAbsolutePath().toString());
        }
        try {
            return HubSettings.of(variables, Path.of(System.getProperty("user.home")));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitStatus.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private void pull(Hub hub, ModelConfig model) throws InterruptedException {
        DownloadDisplay display = new DownloadDisplay(terminal);
        try {
            Path folder = ModelDownload.fetch(model, hub, display);
            display.end();
            terminal.tell(model.model() + (display.hasLoaded() ? " is in " : " was already in ") + folder);
        } catch (WeirException e) {
            display.end();
            throw new CommandException(ExitStatus.UNREACHABLE, String.valueOf(e.getMessage()));
        }
    }
}
