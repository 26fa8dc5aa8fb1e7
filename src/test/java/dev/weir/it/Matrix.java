package dev.weir.it;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * The tests that every server must pass with the WAR of the build. Settings come from the server ({@code matrix.properties}),
 * as does the path of the configuration. The results go into a table of behaviours and servers, {@code
 * target/matrix/matrix.md}.
 */
final class Matrix implements TestWatcher {
    /** The tag of the tests that run on each server. */
    static final String TAG = "servers";

    private static final Path FOLDER = Path.of("target", "matrix");
    private static final Map<String, String> SERVERS = servers();

    private static Map<String, String> servers() {
        Map<String, String> servers = new LinkedHashMap<>();
        servers.put("payara-micro", "Payara Micro");
        servers.put("wildfly", "WildFly");
        servers.put("open-liberty", "Open Liberty");
        return servers;
    }

    /**
     * Writes a configuration of {@code src/test/resources/it} to the configuration path of the server, which serves it at
     * once.
     */
    static void configure(FakeUpstream upstream, String configuration, UnaryOperator<String> change)
            throws IOException {
        Path file = ApplicationServer.configuration();
        Files.createDirectories(file.getParent());
        Files.writeString(file, change.apply(Wars.relayed(configuration, upstream)));
    }

    /** Writes {@code matrix.yml} to the configuration path of the server. */
    static void configure(FakeUpstream upstream, String paced) throws IOException {
        String models = Path.of("examples", "models").toAbsolutePath().toString();
        configure(
                upstream,
                "matrix.yml",
                text -> text.replace("http://paced.example", paced).replace("MODELS", models));
    }

    @Override
    public void testSuccessful(ExtensionContext test) {
        record(test, "yes");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        record(test, "NO");
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        record(test, "not run");
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        record(test, "not run");
    }

    private static void record(ExtensionContext test, String seen) {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel lock =
                    FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // The lock is held until the channel is closed: other JVMs run tests of the same server.
                lock.lock();
                Map<String, String> column = column(ApplicationServer.name());
                column.put(sentence(test.getRequiredTestMethod().getName()), seen);
                List<String> lines = column.entrySet().stream()
                        .map(row -> row.getKey() + "\t" + row.getValue())
                        .toList();
                Files.write(FOLDER.resolve(ApplicationServer.name() + ".tsv"), lines);
                Files.write(FOLDER.resolve("matrix.md"), table());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns {@code aValueIsAnsweredWhole} into words. */
    static String sentence(String name) {
        String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z])", " ");
        return words.toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> column(String server) throws IOException {
        Map<String, String> column = new LinkedHashMap<>();
        Path file = FOLDER.resolve(server + ".tsv");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] row = line.split("\t", -1);
                column.put(row[0], row[1]);
            }
        }
        return column;
    }

    private static List<String> table() throws IOException {
        Map<String, Map<String, String>> columns = new LinkedHashMap<>();
        Set<String> rows = new LinkedHashSet<>();
        for (String server : SERVERS.keySet()) {
            Map<String, String> column = column(server);
            columns.put(server, column);
            rows.addAll(column.keySet());
        }
        List<String> lines = new ArrayList<>();
        lines.add("| | " + String.join(" | ", SERVERS.values()) + " |");
        lines.add("|---|" + "---|".repeat(SERVERS.size()));
        for (String row : rows) {
            List<String> cells = columns.values().stream()
                    .map(column -> column.getOrDefault(row, "not run"))
                    .toList();
            lines.add("| " + row + " | " + String.join(" | ", cells) + " |");
        }
        return lines;
    }
}
