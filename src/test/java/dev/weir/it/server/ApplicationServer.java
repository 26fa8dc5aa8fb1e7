package dev.weir.it.server;

import dev.weir.FreePort;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server of one application, in a separate process that ends with this JVM. Its files and its output are in {@link
 * #folder}. Used by one thread.
 *
 * <p>Its settings are system properties of its JVM, read from the file of this JVM's system property {@value #SETTINGS}. With
 * settings its configuration is {@link #configuration}.
 */
public abstract class ApplicationServer {
    private static final String SETTINGS = "weir.settings";
    private static final String JVM_OPTIONS = "weir.server.jvm";
    /** Matches the log lines above INFO in the forms of the three servers. */
    private static final Pattern COMPLAINT =
            Pattern.compile("\\b(?:WARN|WARNING|SEVERE|ERROR|FATAL) *(?:\\x1b|\\]|\\[)|^\\s+at [\\w.$]+");

    /** Two users of the server's realm: alice is a writer, bob a reader. */
    static final List<String> USERS = List.of("alice writers", "bob readers");

    /** The password of both users. */
    public static final String PASSWORD = "correct-horse-0123";

    private static final String LOOPBACK = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 120;
    private static final long END_SECONDS = 60;
    private static final long LOOK_NANOS = 20_000_000;

    /** The client for calls to the server. */
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Path home;
    final Path folder;
    final int port = FreePort.find();
    private List<String> options = List.of();
    private final String contextRoot;
    private Process process;

    /**
     * Creates a server that is not started.
     *
     * @param home the unpacked server, which is not changed
     * @param folder for its own files; emptied first
     * @param contextRoot the context root of its application, such as {@code /weir}; empty for the root
     */
    ApplicationServer(Path home, Path folder, String contextRoot) {
        this.home = home.toAbsolutePath();
        this.folder = folder.toAbsolutePath();
        this.contextRoot = contextRoot;
    }

    /** The server under test. Its files are written to {@code folder}. */
    public static ApplicationServer underTest(Path folder) {
        if (System.getProperty(SETTINGS) == null) {
            return unset(folder);
        }
        Properties settings = settings();
        settings.setProperty("weir.config", configuration().toString());
        return set(
                folder,
                settings.stringPropertyNames().stream()
                        .sorted()
                        .map(name -> name + "=" + settings.getProperty(name))
                        .toArray(String[]::new));
    }

    /** The settings of the server under test, without its configuration. */
    public static Properties settings() {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(System.getProperty(SETTINGS)))) {
            settings.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    /** A folder for files of the server under test, which no other test JVM uses at the same time. */
    static Path files(String kind) {
        return Path.of("target", "it", kind, name() + "-" + System.getProperty("weir.fork", "fork-1"));
    }

    /** The configuration path of a server with settings. A test writes the file before it deploys. */
    public static Path configuration() {
        return files("matrix").resolve("model-compose.yml").toAbsolutePath();
    }

    /** The server of the system property {@code weir.server}, without settings. Its files are written to {@code folder}. */
    public static ApplicationServer unset(Path folder) {
        try {
            return switch (name()) {
                case "payara-micro" ->
                    new PayaraMicro(
                            Path.of(System.getProperty("payara.micro.jar", "target/servers/payara-micro.jar")), folder);
                case "wildfly" -> new WildFly(UnpackedServers.wildFly(), folder);
                case "open-liberty" -> new OpenLiberty(UnpackedServers.openLiberty(), folder);
                default -> throw new IllegalArgumentException("no server is called " + name());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server of the system property {@code weir.server}, with these settings, each {@code name=value}. */
    public static ApplicationServer set(Path folder, String... settings) {
        ApplicationServer server = unset(folder);
        server.options = Stream.of(settings).map(setting -> "-D" + setting).toList();
        return server;
    }

    /** The name of the server under test in this build. */
    public static String name() {
        return System.getProperty("weir.server", "payara-micro");
    }

    /** Writes the files that the server needs beside the unpacked server. */
    abstract void prepare() throws IOException;

    /** The command that starts the server; {@code options} are options of its JVM. */
    abstract List<String> command(List<String> options) throws IOException;

    Map<String, String> environment() {
        return Map.of();
    }

    /** The build's options for JVMs; a server's own options follow them. */
    static String jvmOptions() {
        return System.getProperty(JVM_OPTIONS, "");
    }

    /** Whether the server accepts deployments. */
    abstract boolean isUp() throws IOException;

    /** Places a WAR, which the server then deploys. */
    abstract void place(Path war) throws IOException, InterruptedException;

    /** Whether the placed WAR is deployed; throws if it cannot be deployed. */
    abstract boolean isDeployed() throws IOException;

    /** Removes the WAR, which the server then undeploys. */
    abstract void remove() throws IOException, InterruptedException;

    abstract boolean isRemoved() throws IOException;

    /** Starts the server without an application. */
    public void start() throws Exception {
        emptyFolder();
        prepare();
        launch();
        await(this::isUp, "to be up");
    }

    /** Starts the server with a placed application, and does not wait for the application. */
    public void startWith(Path war) throws Exception {
        emptyFolder();
        prepare();
        placeFirst(war);
        launch();
    }

    /** Places a WAR before the server is started. */
    void placeFirst(Path war) throws IOException, InterruptedException {
        place(war);
    }

    private void launch() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command(options)).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_TOOL_OPTIONS", jvmOptions());
        // As the deployment pages say, and as WildFly does by default: the system's allocator releases the memory of a
        // model.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "1");
        builder.environment().putAll(environment());
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "end of " + name()));
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Deploys a WAR to the running server. Returns when it is deployed and its health no longer reports the start. */
    public void deploy(Path war) throws Exception {
        place(war);
        await(this::isDeployed, "to have deployed " + war.getFileName());
        await(this::hasStarted, "to have started " + war.getFileName());
    }

    /** Some servers report an application as deployed while it still starts. */
    private boolean hasStarted() throws IOException, InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(base().resolve("api/health"))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        return !client.send(health, BodyHandlers.ofString()).body().contains("the server is starting");
    }

    /** Undeploys the application from the running server. Returns when it is undeployed. */
    public void undeploy() throws Exception {
        remove();
        await(this::isRemoved, "to have undeployed");
    }

    /** Stops the server, and waits for its end. */
    public void stop() throws InterruptedException {
        terminate();
        awaitEnd();
    }

    /** Requests the end of the server: by SIGTERM if the system has it. */
    public void terminate() {
        jvm().process().destroy();
    }

    /** Waits until the server has ended. */
    public void awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError(name() + " did not end within " + END_SECONDS + " s, see " + output());
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The address of the application, with a final slash. */
    public URI base() {
        return URI.create("http://" + LOOPBACK + ":" + port + contextRoot + "/");
    }

    String contextRoot() {
        return contextRoot;
    }

    static String host() {
        return LOOPBACK;
    }

    /** The server's JVM: the started process, or a descendant of a start script. */
    public ServerJvm jvm() {
        return Stream.concat(Stream.of(process.toHandle()), process.children())
                .filter(candidate -> candidate.info().command().orElse("").endsWith("java"))
                .findFirst()
                .map(ServerJvm::new)
                .orElseThrow(() -> new AssertionError(name() + " does not run, see " + output()));
    }

    /** The file with the server's output. */
    Path output() {
        return folder.resolve("output.log");
    }

    /**
     * Log lines above INFO after a position, including stack traces.
     *
     * @param from an earlier result of {@link #printed()}
     */
    public List<String> complaints(long from) throws IOException {
        return printed(from)
                .lines()
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    /** The output after that position. */
    String printed(long from) throws IOException {
        byte[] all = Files.readAllBytes(output());
        return new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
    }

    /** The length of the output, in bytes. */
    public long printed() throws IOException {
        return Files.exists(output()) ? Files.size(output()) : 0;
    }

    private void await(Callable<Boolean> condition, String what) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(
                        "waited in vain for " + name() + " " + what + ", see " + output() + ":\n" + end());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private String end() throws IOException {
        List<String> lines = printed(0).lines().collect(Collectors.toCollection(ArrayList::new));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private void emptyFolder() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Copies a WAR so that a server that watches the folder never sees a part of it. */
    static void copyAtOnce(Path war, Path to) throws IOException {
        Path beside = to.resolveSibling("." + to.getFileName() + ".part");
        Files.copy(war, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
    }

    static String replaced(String text, String what, String with) {
        if (!text.contains(what)) {
            throw new AssertionError("'" + what + "' is not in " + text);
        }
        return text.replace(what, with);
    }
}
