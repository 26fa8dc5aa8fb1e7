package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class LaneTimesTest {
    @TempDir
    Path folder;

    private Path file;

    static class Two {
        @Test
        void passes() {}

        @Test
        void failsAsWell() {
            throw new AssertionError("which is counted too");
        }
    }

    static class Three {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void passes(int number) {
            assertThat(number).isPositive();
        }
    }

    @BeforeEach
    void name() {
        file = folder.resolve("made/lanes.csv");
    }

    private void run(Optional<String> lane, Class<?>... classes) {
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(classes)
                                .map(each -> selectClass(each))
                                .toList())
                        .build(),
                new LaneTimes(lane, file));
    }

    /** The lines of the table, without the times. */
    private List<String> lines() throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceAll(",\\d+\\.\\d{3}$", ""))
                .toList();
    }

    private static String line(String lane, Class<?> of, int tests) {
        return lane + "," + of.getName() + "," + tests;
    }

    @Test
    void eachClassHasALineWithItsTests() throws Exception {
        run(Optional.of("units"), Two.class, Three.class);

        assertThat(lines())
                .startsWith("lane,class,tests,seconds")
                .containsExactlyInAnyOrder(
                        "lane,class,tests,seconds", line("units", Two.class, 2), line("units", Three.class, 3));
    }

    @Test
    void aClassThatRunsAgainReplacesItsLineOfThatLaneAlone() throws Exception {
        run(Optional.of("units"), Two.class);
        run(Optional.of("again"), Two.class);
        run(Optional.of("units"), Two.class);

        assertThat(lines())
                .containsExactly("lane,class,tests,seconds", line("again", Two.class, 2), line("units", Two.class, 2));
    }

    @Test
    void theSlowestClassOfALaneIsFirst() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "lane,class,tests,seconds\nunits,b.Slow,1,1000.000\nunits,a.Fast,1,0.000\n");
        run(Optional.of("units"), Two.class);

        assertThat(lines())
                .containsExactly(
                        "lane,class,tests,seconds", "units,b.Slow,1", line("units", Two.class, 2), "units,a.Fast,1");
    }

    @Test
    void noLineIsLostWhenSeveralWriteAtOnce() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> runs = new ArrayList<>();
            List<String> expected = new ArrayList<>(List.of("lane,class,tests,seconds"));
            for (int i = 0; i < 8; i++) {
                String lane = "lane" + i;
                runs.add(threads.submit(() -> run(Optional.of(lane), Two.class)));
                expected.add(line(lane, Two.class, 2));
            }
            for (Future<?> run : runs) {
                run.get();
            }
            assertThat(lines()).containsExactlyElementsOf(expected);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void withoutALaneNothingIsWritten() {
        run(Optional.empty(), Two.class);

        assertThat(file).doesNotExist();
    }
}
