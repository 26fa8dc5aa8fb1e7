package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JavaScript tests of {@code weir-client.js}, which run if Node is installed. */
@Tag("slow")
@Timeout(120)
class WeirClientModuleTest {
    private static final int OLDEST_NODE = 20;

    @Test
    void itsOwnTestsPass() throws Exception {
        assumeTrue(
                onPath("node") && version() >= OLDEST_NODE,
                "no Node " + OLDEST_NODE + " or newer on the PATH: the tests in src/test/js were not run");
        Process node = start("--test", "src/test/js/");
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(output).isZero();
        assertThat(output).containsPattern("# pass [1-9]");
    }

    private static boolean onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    private static int version() throws IOException {
        String version = new String(start("--version").getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Integer.parseInt(version.strip().replaceFirst("^v(\\d+).*", "$1"));
    }

    private static Process start(String... arguments) throws IOException {
        String[] command =
                Stream.concat(Stream.of("node"), Stream.of(arguments)).toArray(String[]::new);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
