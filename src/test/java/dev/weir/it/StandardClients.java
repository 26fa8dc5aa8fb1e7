package dev.weir.it;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SSE clients of JAX-RS: two implementations cannot share a class path, so that each runs in a JVM of its own.
 *
 * @param classPath has the implementation and {@link EventReaderProgram}
 */
record StandardClients(String classPath) {
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

    /** The client that is on this JVM's class path. */
    static StandardClients jersey() {
        return new StandardClients(System.getProperty("java.class.path"));
    }

    /** The client that WildFly brings. */
    static StandardClients restEasy() throws IOException {
        List<String> jars = new ArrayList<>();
        jars.add(testClasses().toString());
        Path servers =
                Path.of(System.getProperty("weir.servers", "target/servers")).toAbsolutePath();
        try (Stream<Path> files = Files.walk(servers)) {
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

    /** What {@link EventReaderProgram} prints of the events at that address. */
    List<String> read(URI events) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "it", "clients"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Program.Result result =
                new Program(java).run(folder, "-cp", classPath, EventReaderProgram.class.getName(), events.toString());
        if (result.status() != 0 || result.output().isEmpty()) {
            throw new AssertionError("the client ended with " + result.status() + ": " + result.errors());
        }
        return result.output().lines().collect(Collectors.toList());
    }
}
