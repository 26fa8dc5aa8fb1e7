package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.sse.EventFraming;
import dev.weir.sse.ResponseStream;
import dev.weir.stream.Tasks;
import dev.weir.workflow.SeparateRuns;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a small workflow some hundred times before the application tells that it is ready: the first run of a client then finds the
 * classes loaded and most of the code compiled. A request is read, a run is admitted, an upstream on the loopback interface is called,
 * and the answer is framed and written into nothing. The served configuration, its upstreams and its tasks have no part in it.
 *
 * <p>A rehearsal that fails, or that takes longer than 1.8 seconds, ends, and the application is ready without it.
 */
@ApplicationScoped
public class Rehearsal {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final String CONFIGURATION = "rehearsal.yml";
    private static final int ROUNDS = 100;
    private static final Duration LONGEST = Duration.ofMillis(1_800);

    private static final List<String> REQUESTS = List.of(
            "{\"workflow_id\": \"stream\", \"input\": {\"text\": \"a\"}, \"output_only\": true}",
            "{\"workflow_id\": \"stream\", \"input\": {\"text\": \"b\"}, \"output_only\": true, \"wait_for_completion\": true}",
            "{\"workflow_id\": \"value\", \"input\": {\"text\": \"c\"}}");

    private Workflows workflows;
    private Problems problems;
    private Pools pools;
    private Settings settings;
    private OpenAnswers open;
    private Duration longest;
    private final AtomicInteger completed = new AtomicInteger();
    private volatile boolean ended;
    /** Open as long as there is nothing to let go. */
    private volatile CountDownLatch released = new CountDownLatch(0);

    /** For the container's proxies. */
    protected Rehearsal() {}

    @Inject
    Rehearsal(Workflows workflows, Problems problems, Pools pools, Settings settings, OpenAnswers open) {
        this(workflows, problems, pools, settings, open, LONGEST);
    }

    /** @param longest how long it may take in all */
    Rehearsal(
            Workflows workflows,
            Problems problems,
            Pools pools,
            Settings settings,
            OpenAnswers open,
            Duration longest) {
        this.workflows = workflows;
        this.problems = problems;
        this.pools = pools;
        this.settings = settings;
        this.open = open;
        this.longest = longest;
    }

    /** Begins, on a thread of its own. */
    void begin(TemporaryFolder temporary) {
        if (!settings.rehearsal()) {
            ended = true;
            return;
        }
        released = new CountDownLatch(1);
        new Tasks(pools.processes()).execute(() -> rehearse(temporary), refusal -> {
            LOG.log(Level.DEBUG, "there is no rehearsal", refusal);
            ended = true;
            released.countDown();
        });
    }

    /** Whether it is over, well or not. */
    boolean hasEnded() {
        return ended;
    }

    /** How many runs were answered well. */
    int completed() {
        return completed.get();
    }

    /** Ends it after the run that is under way. */
    void end() {
        ended = true;
    }

    /**
     * Waits until a rehearsal that has begun has let everything go.
     *
     * @return false if it has not after {@code limit}
     */
    boolean awaitRelease(Duration limit) throws InterruptedException {
        return released.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void rehearse(TemporaryFolder temporary) {
        long begin = System.nanoTime();
        try (RehearsalUpstream upstream = RehearsalUpstream.open(new Tasks(pools.processes()));
                SeparateRuns runs = runs(upstream, temporary)) {
            rehearse(runs, temporary, begin + longest.toNanos());
            // What is let go now delays nobody.
            ended = true;
            long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            LOG.log(Level.INFO, "the rehearsal ran {0} workflows in {1} ms", completed.get(), millis);
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "there is no rehearsal", e);
        } finally {
            ended = true;
            released.countDown();
        }
    }

    private void rehearse(SeparateRuns runs, TemporaryFolder temporary, long deadline) {
        RunResponder.Services services =
                new RunResponder.Services(runs.runs(), problems, open.responses(), pools.writers(), open.budget());
        try {
            for (int round = 0; round < ROUNDS && !ended; round++) {
                for (String request : REQUESTS) {
                    run(request, services, temporary, deadline);
                    completed.incrementAndGet();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "the rehearsal has ended early: {0}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SeparateRuns runs(RehearsalUpstream upstream, TemporaryFolder temporary) throws IOException {
        Path file = temporary.file("rehearsal");
        try (InputStream in = Rehearsal.class.getResourceAsStream(CONFIGURATION)) {
            if (in == null) {
                throw new IOException(CONFIGURATION + " is missing");
            }
            Files.write(file, in.readAllBytes());
            return SeparateRuns.of(file, Map.of("REHEARSAL_URL", upstream.url()), workflows, settings, pools);
        } finally {
            delete(file);
        }
    }

    /** Never throws: what was made of the file has an owner only when it is returned. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the configuration of the rehearsal could not be deleted", e);
        }
    }

    private void run(String json, RunResponder.Services services, TemporaryFolder temporary, long deadline)
            throws IOException, InterruptedException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        try (BodyBudget.Share share = new BodyBudget(body.length).share();
                Uploads uploads = new Uploads(share, temporary)) {
            RunRequest request = RunRequest.read(
                    MediaType.APPLICATION_JSON, new ByteArrayInputStream(body), BodyLimits.of(settings), uploads);
            Nowhere response = new Nowhere();
            Access access = Access.open();
            RunResponder responder = new RunResponder(response, access, EventFraming.EVENT_STREAM, services);
            try {
                responder.answer(
                        request, services.runs().admit(request.workflowId(), request.input(), access, uploads::close));
            } catch (RuntimeException | Error e) {
                responder.refuse(WeirException.of(e));
            }
            response.awaitGood(deadline);
        }
    }

    /** A response whose bytes nobody needs. */
    private static final class Nowhere extends ResponseStream {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile int status;

        @Override
        public void begin(int code, Map<String, String> headers) {
            status = code;
        }

        @Override
        public void write(int one) {
            // Into nothing.
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            // Into nothing.
        }

        @Override
        public void abort() {
            over.countDown();
        }

        @Override
        public void end() {
            over.countDown();
        }

        @Override
        public void close() {
            end();
        }

        /** Waits for the end of an answer with status 200, until {@code deadline} on the clock of {@link System#nanoTime}. */
        void awaitGood(long deadline) throws IOException, InterruptedException {
            if (!over.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new IOException("the rehearsal takes too long");
            }
            if (status != 200) {
                throw new IOException("a run was answered with status " + status);
            }
        }
    }
}
