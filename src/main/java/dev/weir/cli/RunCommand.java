package dev.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a workflow on a server, and writes its output as it arrives. The end of the command cancels the run. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a workflow and writes its output as it arrives.",
            "Without --url it starts a server of its own on a free port, and ends it after the run."
        },
        footer = {
            "",
            "The key of the server is in WEIR_KEY or in --key-file.",
            "Exit status: 0 done, 1 the run failed, 3 no server, 4 key missing or refused, 130 interrupted."
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Path war;

    @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "The workflow (default: the default workflow).")
    private @Nullable String workflow;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "NAME=VALUE",
            description =
                    "A value of the input, or the whole input as a JSON object. JSON numbers, booleans, objects and"
                            + " lists are such values; all else is text.")
    private List<String> inputs = List.of();

    @Option(names = "--input-file", paramLabel = "FILE", description = "The whole input as JSON; - for standard input.")
    private @Nullable String inputFile;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server (default: WEIR_URL), with the path of its API if that is not /api.")
    private @Nullable String url;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration files for a server of its own (default: the demonstration).")
    private List<Path> files = List.of();

    @Option(names = "--key-file", paramLabel = "FILE", description = "A file with the key of the server.")
    private @Nullable Path keyFile;

    @Option(names = "--json", description = "Write each value as a line of JSON, texts too.")
    private boolean json;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private EnvironmentOption environment = new EnvironmentOption();

    @Mixin
    private ServerOptions server = new ServerOptions();

    RunCommand(Terminal terminal, Path war) {
        this.terminal = terminal;
        this.war = war;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Object input = input();
        Optional<String> address = Optional.ofNullable(url)
                .or(() -> Optional.ofNullable(terminal.environment().get("WEIR_URL")));
        if (address.isPresent()) {
            run(new ApiClient(api(address.get()), key()), input);
            return ExitStatus.DONE;
        }
        try (LocalServer local = LocalServer.start(terminal, war, server, files, environment)) {
            run(local.client(key()), input);
            return ExitStatus.DONE;
        }
    }

    private void run(ApiClient client, @Nullable Object input) throws IOException, InterruptedException {
        Map<String, @Nullable Object> run = new LinkedHashMap<>();
        Optional<String> id = Optional.ofNullable(workflow);
        id.ifPresent(named -> run.put("workflow_id", named));
        run.put("input", input);
        run.put("output_only", true);
        run.put("wait_for_completion", true);
        boolean text = client.writesText(id);
        // The file is opened after the run is accepted: a refusal leaves its content.
        HttpResponse<InputStream> response = client.run(run);
        try (InputStream body = response.body()) {
            String type = response.headers().firstValue("Content-Type").orElse("");
            output.write(terminal, target -> new RunOutput(target, text, json).write(type, body));
        }
    }

    private @Nullable Object input() throws IOException {
        if (inputFile == null) {
            return RunInput.of(inputs);
        }
        if (!inputs.isEmpty()) {
            throw new CommandException(ExitStatus.USAGE, "--input and --input-file exclude each other");
        }
        byte[] bytes = inputFile.equals("-") ? System.in.readAllBytes() : read(Path.of(inputFile));
        return RunInput.whole(new String(bytes, StandardCharsets.UTF_8));
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + WeirCommand.reason(e), e);
        }
    }

    /** The key without the line end of its file. No message contains it. */
    private Optional<String> key() throws IOException {
        Optional<String> key = keyFile == null
                ? Optional.ofNullable(terminal.environment().get("WEIR_KEY"))
                : Optional.of(new String(read(keyFile), StandardCharsets.UTF_8));
        Optional<String> plain = key.map(String::strip).filter(text -> !text.isEmpty());
        if (plain.isPresent() && !plain.get().chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new CommandException(
                    ExitStatus.USAGE,
                    "the key has a character that a key cannot have (must be visible ASCII, on one line): check WEIR_KEY"
                            + " or --key-file");
        }
        return plain;
    }

    /** The address of the API: that of the server with {@code /api}, unless it has a path. */
    static URI api(String address) {
        String plain = address.replaceFirst("/+$", "");
        URI uri;
        try {
            uri = URI.create(plain);
        } catch (IllegalArgumentException e) {
            throw noUrl(address);
        }
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme()) || uri.getRawQuery() != null) {
            throw noUrl(address);
        }
        return uri.getRawPath().isEmpty() ? URI.create(plain + "/api") : uri;
    }

    private static CommandException noUrl(String address) {
        return new CommandException(
                ExitStatus.USAGE, "--url cannot be '" + address + "': write an address such as http://localhost:8080");
    }
}
