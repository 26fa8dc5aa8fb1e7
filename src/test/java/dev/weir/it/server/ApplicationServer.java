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
 * A server of one application, in a process of its own that ends with this JVM. Its files and what it prints are in
 * {@link #folder}. Used by one thread.
 *
 * <p>Its settings are system properties of its JVM, read from the file that the system property {@value #SETTINGS} of this
 * JVM names; with them its configuration is {@link #configuration}.
 */
public abstract class ApplicationServer {
    private static final String SETTINGS = "weir.settings";
    private static final String JVM_OPTIONS = "weir.server.jvm";
    /** In the forms of the three servers. */
    private static final Pattern COMPLAINT =
            Pattern.compile("\\b(?:WARN|WARNING|SEVERE|ERROR|FATAL) *(?:\\x1b|\\]|\\[)|^\\s+at [\\w.$]+");

    /** Two users of the server's own realm: alice is a writer, bob a reader. */
    static final List<String> USERS = List.of("alice writers", "bob readers");

    /** Of both. */
    public static final String PASSWORD = "correct-horse-0123";

    private static final String LOOPBACK = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 120;
    private static final long END_SECONDS = 60;
    private static final long LOOK_NANOS = 20_000_000;

    /** For questions to the server. */
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Path home;
    final Path folder;
    final int port = FreePort.find();
    private List<String> options = List.of();
    private final String contextRoot;
    private Process process;

    /**
     * A server that has not been started.
     *
     * @param home where it was unpacked, which is left as it is
     * @param folder for its own files; emptied first
     * @param contextRoot where its application will be, such as {@code /weir}; empty for the root
     */
    ApplicationServer(Path home, Path folder, String contextRoot) {
        this.home = home.toAbsolutePath();
        this.folder = folder.toAbsolutePath();
        this.contextRoot = contextRoot;
    }

    /** The server under test; its files go to {@code folder}. */
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

    /** The settings of the server under test, but for its configuration. */
    public static Properties settings() {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(System.getProperty(SETTINGS)))) {
            settings.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    /** A folder for files of the server under test, which no other JVM that tests at the same time uses. */
    static Path files(String kind) {
        return Path.of("target", "it", kind, name() + "-" + System.getProperty("weir.fork", "fork-1"));
    }

    /** Where the configuration of a server with settings is, which a test writes before it deploys. */
    public static Path configuration() {
        return files("matrix").resolve("model-compose.yml").toAbsolutePath();
    }

    /** The server that the system property {@code weir.server} names, with no settings; its files go to {@code folder}. */
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

    /** The server that the system property {@code weir.server} names, with those settings, each {@code name=value}. */
    public static ApplicationServer set(Path folder, String... settings) {
        ApplicationServer server = unset(folder);
        server.options = Stream.of(settings).map(setting -> "-D" + setting).toList();
        return server;
    }

    /** What the server under test is called in this build. */
    public static String name() {
        return System.getProperty("weir.server", "payara-micro");
    }

    /** Writes what the server needs beside what was unpacked. */
    abstract void prepare() throws IOException;

    /** How it is started; {@code options} are its JVM's. */
    abstract List<String> command(List<String> options) throws IOException;

    Map<String, String> environment() {
        return Map.of();
    }

    /** What the build wants of the JVMs; a server's own options come after them. */
    static String jvmOptions() {
        return System.getProperty(JVM_OPTIONS, "");
    }

    /** Whether it can be told to deploy. */
    abstract boolean isUp() throws IOException;

    /** Gives it a WAR, which it then deploys. */
    abstract void place(Path war) throws IOException, InterruptedException;

    /** Whether the WAR that was placed is deployed; throws if it cannot be. */
    abstract boolean isDeployed() throws IOException;

    /** Takes the WAR from it, which it then undeploys. */
    abstract void remove() throws IOException, InterruptedException;

    abstract boolean isRemoved() throws IOException;

    /** Starts the server without an application. */
    public void start() throws Exception {
        emptyFolder();
        prepare();
        launch();
        await(this::isUp, "to be up");
    }

    /** Starts the server with an application that it finds in its place, and does not wait for it. */
    public void startWith(Path war) throws Exception {
        emptyFolder();
        prepare();
        placeFirst(war);
        launch();
    }

    /** Gives the server a WAR before it is started. */
    void placeFirst(Path war) throws IOException, InterruptedException {
        place(war);
    }

    private void launch() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command(options)).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_TOOL_OPTIONS", jvmOptions());
        // As the pages say, and as WildFly does by itself: the system's allocator gives back what a model has left.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "1");
        builder.environment().putAll(environment());
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "end of " + name()));
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Deploys a WAR to the running server; returns when it is deployed and its health no longer tells that it starts. */
    public void deploy(Path war) throws Exception {
        place(war);
        await(this::isDeployed, "to have deployed " + war.getFileName());
        await(this::hasStarted, "to have started " + war.getFileName());
    }

    /** Some servers say that an application is deployed while it still starts. */
    private boolean hasStarted() throws IOException, InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(base().resolve("api/health"))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        return !client.send(health, BodyHandlers.ofString()).body().contains("the server is starting");
    }

    /** Takes the application from the running server; returns when it has gone. */
    public void undeploy() throws Exception {
        remove();
        await(this::isRemoved, "to have undeployed");
    }

    /** Asks the server to end, and waits for it. */
    public void stop() throws InterruptedException {
        terminate();
        awaitEnd();
    }

    /** Asks the server to end: SIGTERM, where the system has it. */
    public void terminate() {
        jvm().process().destroy();
    }

    /** Waits until it has ended. */
    public void awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError(name() + " did not end within " + END_SECONDS + " s, see " + output());
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The address of the application, which ends in a slash. */
    public URI base() {
        return URI.create("http://" + LOOPBACK + ":" + port + contextRoot + "/");
    }

    String contextRoot() {
        return contextRoot;
    }

    static String host() {
        return LOOPBACK;
    }

    /** The server's JVM: the process that was started, or what a script has started. */
    public ServerJvm jvm() {
        return Stream.concat(Stream.of(process.toHandle()), process.children())
                .filter(candidate -> candidate.info().command().orElse("").endsWith("java"))
                .findFirst()
                .map(ServerJvm::new)
                .orElseThrow(() -> new AssertionError(name() + " does not run, see " + output()));
    }

    /** What the server prints. */
    Path output() {
        return folder.resolve("output.log");
    }

    /**
     * What it has printed behind that place in its log above INFO, stack traces among it.
     *
     * @param from what {@link #printed()} gave before
     */
    public List<String> complaints(long from) throws IOException {
        return printed(from)
                .lines()
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    /** What it has printed behind that place. */
    String printed(long from) throws IOException {
        byte[] all = Files.readAllBytes(output());
        return new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
    }

    /** How many bytes it has printed. */
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

    /** Copies a WAR so that a server that watches the folder sees all of it or nothing. */
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
