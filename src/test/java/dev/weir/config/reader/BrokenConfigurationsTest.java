package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.yaml.Problem;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each {@code config/broken/*.yml} is refused with exactly the problems of the {@code .txt} beside it. */
class BrokenConfigurationsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("WORDS", "some words");

    static List<String> names() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yml"))
                    .map(name -> name.replace(".yml", ""))
                    .sorted()
                    .toList();
        }
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(
                BrokenConfigurationsTest.class.getResource("/config/broken").toURI());
    }

    @Test
    void thereAreManyOfThem() throws IOException, URISyntaxException {
        assertThat(names()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("names")
    void isRefusedWithExactlyItsProblems(String name) throws IOException, URISyntaxException {
        Path file = folder().resolve(name + ".yml");

        LoadResult result = ConfigReader.read(List.of(file), ENVIRONMENT);

        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(Stream.concat(
                                                rejected.problems().stream().map(Problem::toString),
                                                rejected.warnings().stream().map(warning -> "warning: " + warning))
                                        .map(line -> line.replace(file.getParent() + "/", "") + "\n")
                                        .collect(Collectors.joining()))
                                .isEqualTo(expected(name)));
    }

    private static String expected(String name) {
        try {
            return Files.readString(folder().resolve(name + ".txt"));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
