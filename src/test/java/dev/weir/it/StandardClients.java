package dev.weir.it;

import dev.weir.it.server.UnpackedServers;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The SSE clients of JAX-RS. Two implementations cannot share a class path, so that each runs in a separate JVM.
 *
 * @param classPath contains the implementation and {@link EventReaderProgram}
 */
record StandardClients(String classPath) {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
    private static final String ADDRESS = "http://localhost:8080/api/";

    /** The program around the snippet. */
    private static final String PROGRAM = """
            import jakarta.ws.rs.client.Client;
            import jakarta.ws.rs.client.ClientBuilder;
            import jakarta.ws.rs.sse.SseEventSource;
            import java.util.concurrent.CountDownLatch;

            public class Snippet {
                static void chunk(String data) {
                    System.out.println(data);
                }

                public static void main(String[] args) throws Exception {
                    Client client = ClientBuilder.newClient();
                    String id = args[0];
                    %s
                    System.exit(0);
                }
            }
            """;

    /** The modules of WildFly that RESTEasy's client needs. */
    private static final List<String> MODULES = List.of(
            "org/jboss/resteasy/resteasy-client",
            "org/jboss/resteasy/resteasy-client-api",
            "org/jboss/resteasy/resteasy-core",
            "org/jboss/resteasy/resteasy-core-spi",
            "org/jboss/logging",
            "org/reactivestreams",
            "org/apache/httpcomponents/core",
            "org/apache/commons/codec",
            "org/apache/commons/logging",
            "jakarta");

    /** The client on the class path of this JVM. */
    static StandardClients jersey() {
        return new StandardClients(System.getProperty("java.class.path"));
    }

    /** The client of WildFly. */
    static StandardClients restEasy() throws IOException {
        List<String> jars = new ArrayList<>();
        jars.add(testClasses().toString());
        try (Stream<Path> files = Files.walk(UnpackedServers.wildFly().resolve("modules"))) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(jar ->
                            MODULES.stream().anyMatch(module -> jar.toString().contains("/base/" + module + "/")))
                    .forEach(jar -> jars.add(jar.toString()));
        }
        return new StandardClients(String.join(File.pathSeparator, jars));
    }

    private static Path testClasses() {
        return Path.of(URI.create(StandardClients.class.getResource("/").toString()));
    }

    /** The output of {@link EventReaderProgram} for the events at that address. */
    List<String> read(URI events) throws IOException, InterruptedException {
        return run(classPath, EventReaderProgram.class.getName(), events.toString());
    }

    /**
     * The output of the snippet of docs/clients.md for a task's events, which passes each chunk to {@code chunk}.
     *
     * @param api the address of the API, which replaces the address in the snippet
     */
    List<String> readAsDocumented(URI api, String taskId) throws IOException, InterruptedException {
        Path sources = Files.createDirectories(Path.of("target", "it", "clients", "snippet"));
        Path source = Files.writeString(sources.resolve("Snippet.java"), PROGRAM.formatted(snippet(api)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(null, null, null, "-d", sources.toString(), "-cp", classPath, source.toString());
        if (failed != 0) {
            throw new AssertionError("the snippet of docs/clients.md does not compile, see " + source);
        }
        return run(sources.toAbsolutePath() + File.pathSeparator + classPath, "Snippet", taskId);
    }

    private static String snippet(URI api) throws IOException {
        Matcher block = JAVA.matcher(Files.readString(Path.of("docs/clients.md")));
        return block.results()
                .map(found -> found.group(1))
                .filter(code -> code.contains(ADDRESS))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/clients.md has no snippet for " + ADDRESS))
                .replace(ADDRESS, api.toString());
    }

    private static List<String> run(String classPath, String program, String argument)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "it", "clients"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Program.Result result = new Program(java).run(folder, "-cp", classPath, program, argument);
        if (result.status() != 0 || result.output().isEmpty()) {
            throw new AssertionError("the client ended with " + result.status() + ": " + result.errors());
        }
        return result.output().lines().collect(Collectors.toList());
    }
}
