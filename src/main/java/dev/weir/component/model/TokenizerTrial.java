package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.process.ChildJvm;
import dev.weir.tokenizer.Tokenizer;
import dev.weir.tokenizer.TrialMain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tests a tokenizer file in a separate JVM, since some files and texts make the native library end its process. The
 * verdict is stored under the file's hash, so that a machine tests each file once. If no JVM can be started, the file
 * is loaded with a warning. Thread-safe.
 */
final class TokenizerTrial implements Tokenizer.Trial {
    private static final System.Logger LOG = System.getLogger(TokenizerTrial.class.getName());
    /** The time limit of a trial: large vocabularies and many patterns take some seconds. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long MOST_MEMORY = 2L << 30;
    /** A part of each verdict's name; changed when the trial changes. */
    private static final String VERSION = "1";

    private static final String PASSED = "ok";
    private static final Set<String> PACKAGED = packaged();

    private final TrialVerdicts verdicts;
    private final Duration limit;

    /**
     * Makes a trial.
     *
     * @param verdicts the folder of the verdicts; created with the first one
     * @param limit the longest time of a trial
     */
    TokenizerTrial(Path verdicts, Duration limit) {
        this.verdicts = new TrialVerdicts(verdicts);
        this.limit = limit;
    }

    /** The hashes of the tokenizer files that this version was built and tested with. */
    private static Set<String> packaged() {
        try (InputStream in =
                Objects.requireNonNull(TokenizerTrial.class.getResourceAsStream("tried-tokenizers.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void tryOut(Path file, String hash) throws InterruptedException {
        if (PACKAGED.contains(hash)) {
            return;
        }
        String name = hash + "-" + VERSION;
        String verdict = verdicts.read(name);
        if (verdict == null) {
            verdict = tried(file, name);
        }
        if (!verdict.equals(PASSED)) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the tokenizer " + file + " is refused: " + verdict
                            + "; take another model, or set weir.model.trial=false if you trust this one");
        }
    }

    private String tried(Path file, String name) throws InterruptedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("weir-trial-");
            ChildJvm.Outcome outcome = ChildJvm.run(command(file, folder), folder, limit, MOST_MEMORY);
            String verdict = verdict(outcome);
            if (outcome.end() == ChildJvm.End.EXITED) {
                verdicts.keep(name, verdict);
            }
            return verdict;
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "the tokenizer {0} was examined but not tried, since no JVM can be started for it: {1}",
                    file,
                    String.valueOf(e.getMessage()));
            return PASSED;
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private String verdict(ChildJvm.Outcome outcome) throws IOException {
        return switch (outcome.end()) {
            case LATE -> "it did not encode the texts of a trial within " + limit.toSeconds() + " s";
            case TOO_LARGE -> "it took more than " + (MOST_MEMORY >> 20) + " MiB for the texts of a trial";
            case EXITED -> {
                if (outcome.status() == 0 && outcome.output().contains(TrialMain.DONE)) {
                    yield PASSED;
                }
                if (outcome.status() == 1 || outcome.status() == 0) {
                    // The JVM could not be set up: this says nothing about the file.
                    throw new IOException(firstLine(outcome.output()));
                }
                yield outcome.status() == 2
                        ? "it " + firstLine(outcome.output())
                        : "the native library ended its process over it in a trial (status " + outcome.status() + ")";
            }
        };
    }

    private static String firstLine(String output) {
        return output.lines()
                .filter(line -> !line.isBlank())
                .filter(line ->
                        line.startsWith("cannot be read") || line.contains("Error") || line.contains("Exception"))
                .findFirst()
                .map(line -> line.substring(0, Math.min(300, line.length())))
                .orElse("without a message");
    }

    private List<String> command(Path file, Path folder) throws IOException {
        return List.of(
                "-Xmx512m",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash"),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                TrialClassPath.in(folder),
                TrialMain.class.getName(),
                file.toAbsolutePath().toString(),
                String.valueOf(limit.plusSeconds(5).toMillis()));
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the temporary folder {0} stays: {1}", folder, e);
        }
    }
}
