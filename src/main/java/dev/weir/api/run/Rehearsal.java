package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.form.BodyBudget;
import dev.weir.api.form.BodyLimits;
import dev.weir.api.form.RunRequest;
import dev.weir.api.form.Uploads;
import dev.weir.api.response.OpenAnswers;
import dev.weir.files.TemporaryFolder;
import dev.weir.lifecycle.ApplicationPart;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
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
 * Runs a small workflow some hundred times before the application reports that it is ready. So the first run of a client finds
 * the classes loaded and most of the code compiled. Each time a request is read, a run is admitted, an upstream on the loopback
 * interface is called, and the answer is framed and discarded. The served configuration, its upstreams and its tasks are not
 * involved.
 *
 * <p>A rehearsal that fails or exceeds 1.8 seconds ends, and the application is ready without it.
 */
@ApplicationScoped
public class Rehearsal implements ApplicationPart {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final String CONFIGURATION = "rehearsal.yml";
    private static final int ROUNDS = 100;
    private static final Duration LONGEST = Duration.ofMillis(1_800);

    /** The longest wait for the end of the current run, which ends at its next step. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private static final List<String> REQUESTS = List.of(
            "{\"workflow_id\": \"stream\", \"input\": {\"text\": \"a\"}, \"output_only\": true}",
            "{\"workflow_id\": \"stream\", \"input\": {\"text\": \"b\"}, \"output_only\": true, \"wait_for_completion\": true}",
            "{\"workflow_id\": \"value\", \"input\": {\"text\": \"c\"}}");

    private Workflows workflows;
    private ProblemDocuments problems;
    private Pools pools;
    private Settings settings;
    private OpenAnswers open;
    private Duration longest;
    private final AtomicInteger completed = new AtomicInteger();
    private volatile boolean ended;
    /** Closed while a rehearsal holds resources. */
    private volatile CountDownLatch released = new CountDownLatch(0);

    /** For the container's proxies. */
    protected Rehearsal() {}

    @Inject
    Rehearsal(Workflows workflows, ProblemDocuments problems, Pools pools, Settings settings, OpenAnswers open) {
        this(workflows, problems, pools, settings, open, LONGEST);
    }

    /**
     * Makes a rehearsal that {@link #start} begins.
     *
     * @param longest the longest time of the whole rehearsal
     */
    Rehearsal(
            Workflows workflows,
            ProblemDocuments problems,
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

    @Override
    public void register(Shutdown shutdown) {
        shutdown.register(Phase.REFUSE_REQUESTS, "the rehearsal", this::end);
        shutdown.register(Phase.CLOSE_COMPONENTS, "the rehearsal", CLOSING, this::awaitRelease);
    }

    /** Begins the rehearsal on a thread of its own. Does not block. */
    @Override
    public void start(TemporaryFolder temporary) {
        workflows.prepare(this::hasEnded);
        if (!settings.start().rehearsal()) {
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

    /** Whether the rehearsal has ended, successfully or not. */
    boolean hasEnded() {
        return ended;
    }

    /** The number of runs with a successful answer. */
    int completed() {
        return completed.get();
    }

    /** Ends the rehearsal after the current run. Does not block. */
    void end() {
        ended = true;
    }

    /**
     * Blocks until a rehearsal has released its resources.
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
            // Readiness does not wait for the release of the resources.
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

    /** Deletes a file and never throws, since an exception would lose the runs that are about to be returned. */
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
            DiscardedResponse response = new DiscardedResponse();
            Access access = Access.open();
            RunResponder responder = new RunResponder(response, access, problems, services);
            try {
                responder.answer(
                        new RunApiForm(request, EventFraming.EVENT_STREAM, problems),
                        services.runs().admit(request.workflowId(), request.input(), access, uploads::close));
            } catch (RuntimeException | Error e) {
                responder.refuse(WeirException.of(e));
            }
            response.awaitGood(deadline);
        }
    }

    /** A response that discards its bytes. */
    private static final class DiscardedResponse extends ResponseStream {
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

        /**
         * Blocks until an answer with status 200 has ended, or until {@code deadline} on the clock of {@link System#nanoTime}.
         */
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
