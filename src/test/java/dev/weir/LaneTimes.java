package dev.weir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the duration of each test class into a table: {@code lane,class,tests,seconds}, one line for each class of each
 * lane. The slowest class of a lane comes first. A class that runs again replaces its line.
 *
 * <p>JUnit loads this class as a service. It writes only if the system property {@value #LANE} names the lane, as the build's
 * executions do; {@value #FILE} names the file. Several threads and several JVMs may write the same file at once.
 */
public final class LaneTimes implements TestExecutionListener {
    private static final String LANE = "weir.lane";
    private static final String FILE = "weir.lanes";
    private static final String HEADER = "lane,class,tests,seconds";
    /** A lock of a file excludes other JVMs, not other threads of this JVM. */
    private static final Object OF_THIS_JVM = new Object();

    private final Optional<String> lane;
    private final Path file;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private volatile TestPlan plan;

    /** A class that runs: its start, and the number of its tests that have ended. */
    private record Running(long beganNanos, AtomicInteger tests) {}

    private record Line(String lane, String className, int tests, double seconds) {
        static Line parse(String line) {
            String[] cells = line.split(",", -1);
            return new Line(cells[0], cells[1], Integer.parseInt(cells[2]), Double.parseDouble(cells[3]));
        }

        String key() {
            return lane + "," + className;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s,%s,%d,%.3f", lane, className, tests, seconds);
        }
    }

    /** Called by JUnit. */
    public LaneTimes() {
        this(Optional.ofNullable(System.getProperty(LANE)), Path.of(System.getProperty(FILE, "target/lanes.csv")));
    }

    LaneTimes(Optional<String> lane, Path file) {
        this.lane = lane;
        this.file = file.toAbsolutePath();
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (lane.isPresent() && className(test).isPresent()) {
            running.put(test.getUniqueId(), new Running(System.nanoTime(), new AtomicInteger()));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            count(test);
        }
        Running ended = running.remove(test.getUniqueId());
        if (ended != null) {
            double seconds = (System.nanoTime() - ended.beganNanos()) / (double) TimeUnit.SECONDS.toNanos(1);
            write(new Line(
                    lane.orElseThrow(),
                    className(test).orElseThrow(),
                    ended.tests().get(),
                    seconds));
        }
    }

    private void count(TestIdentifier test) {
        Optional<TestIdentifier> around = plan.getParent(test);
        while (around.isPresent()) {
            Running of = running.get(around.get().getUniqueId());
            if (of != null) {
                of.tests().incrementAndGet();
            }
            around = plan.getParent(around.get());
        }
    }

    private static Optional<String> className(TestIdentifier test) {
        return test.getSource()
                .filter(source -> test.isContainer() && source instanceof ClassSource)
                .map(source -> ((ClassSource) source).getClassName());
    }

    private void write(Line line) {
        try {
            Files.createDirectories(file.getParent());
            synchronized (OF_THIS_JVM) {
                try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    // The lock is held until the channel is closed.
                    channel.lock();
                    byte[] table = with(line, read(channel)).getBytes(StandardCharsets.UTF_8);
                    channel.truncate(0);
                    ByteBuffer bytes = ByteBuffer.wrap(table);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes, bytes.position());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(FileChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String with(Line added, String table) {
        Map<String, Line> lines = new TreeMap<>();
        table.lines().skip(1).map(Line::parse).forEach(line -> lines.put(line.key(), line));
        lines.put(added.key(), added);
        return lines.values().stream()
                .sorted(Comparator.comparing(Line::lane)
                        .thenComparing(Comparator.comparingDouble(Line::seconds).reversed()))
                .map(Line::toString)
                .collect(Collectors.joining("\n", HEADER + "\n", "\n"));
    }
}
