package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Readiness;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.config.yaml.Problem;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Caller;
import dev.weir.stream.Tasks;
import dev.weir.workflow.admission.Drain;
import dev.weir.workflow.served.Closings;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import dev.weir.workflow.served.ShownProblems;
import dev.weir.workflow.served.WorkflowHealth;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Holds the configuration that is served, or the problems that prevent it. The server runs in both cases. Thread-safe. */
@ApplicationScoped
public class Workflows {
    private static final System.Logger LOG = System.getLogger(Workflows.class.getName());
    private static final String NOT_SERVING = "the server is starting or stopping";

    private Iterable<ComponentProvider<?>> providers;
    private TaskRegistry tasks;
    private Drain drain;
    private Closings closings;
    private final ReentrantLock loading = new ReentrantLock();
    private boolean closed; // Guarded by this.
    private volatile State state = new State.Stopped();
    private volatile ControllerConfig controller = ControllerConfig.DEFAULT;
    private volatile boolean hasServed;
    private volatile Instant loaded = Instant.now();
    private volatile BooleanSupplier prepared = () -> true;
    /** Includes earlier configurations: a task of one may fail, or be queried, while another is served. */
    private volatile EnvironmentVariables secrets = EnvironmentVariables.none();

    /** The configuration, its problems, or neither. */
    private sealed interface State {
        record Stopped() implements State {}

        record Rejected(ShownProblems problems) implements State {}

        record Serving(ServedConfiguration served) implements State {}
    }

    /** For the container's proxies. */
    protected Workflows() {}

    @Inject
    Workflows(@Any Instance<ComponentProvider<?>> providers, TaskRegistry tasks, Settings settings, Pools pools) {
        this(providers, tasks, new Drain(settings.shutdown().file()), new Closings(new Tasks(pools.processes())));
    }

    /** Creates workflows that close components on the thread that ends the last use. */
    Workflows(Iterable<ComponentProvider<?>> providers, TaskRegistry tasks, Drain drain) {
        this(providers, tasks, drain, new Closings(new Tasks(Runnable::run)));
    }

    Workflows(Iterable<ComponentProvider<?>> providers, TaskRegistry tasks, Drain drain, Closings closings) {
        this.providers = providers;
        this.tasks = tasks;
        this.drain = drain;
        this.closings = closings;
    }

    /**
     * Returns further workflows with the same component types. Their components call this machine, and no configuration is
     * served yet.
     */
    Workflows separate(TaskRegistry others, Tasks closing) {
        List<ComponentProvider<?>> local = new ArrayList<>();
        providers.forEach(provider -> local.add(provider.forThisMachine()));
        return new Workflows(local, others, new Drain(Optional.empty()), new Closings(closing));
    }

    /**
     * Reads the files and creates the components. Problems are logged and reported by later calls. The previous configuration
     * is closed after its last run.
     *
     * @return the further files that the configuration names, which were read with it
     */
    public List<Path> load(List<Path> files) {
        return load(files, () -> true).orElseThrow();
    }

    /**
     * Reads the files and creates the components, unless {@code current} is false after the reading. A concurrent call waits.
     *
     * @return the further files that the configuration names, which were read with it; empty if nothing was served
     */
    public Optional<List<Path>> load(List<Path> files, BooleanSupplier current) {
        loading.lock();
        try {
            LoadResult result = ConfigReader.read(files, System.getenv());
            if (!current.getAsBoolean()) {
                return Optional.empty();
            }
            serve(result);
            return Optional.of(result.files());
        } finally {
            loading.unlock();
        }
    }

    private void serve(LoadResult result) {
        if (result instanceof LoadResult.Loaded loaded) {
            ComposeConfig config = loaded.config();
            keepSecret(config.environment());
            warn(loaded.warnings(), loaded.moreWarnings(), config.environment());
            serve(config);
            List<String> ids =
                    config.workflows().stream().map(WorkflowConfig::id).toList();
            LOG.log(Level.INFO, "serving workflows {0}", ids);
            logIgnoredSettings(config.controller());
        } else if (result instanceof LoadResult.Rejected rejected) {
            EnvironmentVariables environment = rejected.environment();
            keepSecret(environment);
            warn(rejected.warnings(), rejected.moreWarnings(), environment);
            if (!hasServed) {
                controller = rejected.controller().orElse(controller);
            }
            reject(shown(rejected.problems(), rejected.moreProblems(), environment));
        }
    }

    /** Creates the components of a configuration and serves it, without a log line. */
    void serve(ComposeConfig config) {
        ComponentRegistry components = ComponentRegistry.create(config.components(), providers, config.environment());
        // Set only now: the access rules must belong to the configuration that is served.
        controller = config.controller();
        hasServed = true;
        loaded = Instant.now();
        become(new State.Serving(new ServedConfiguration(config, components, closings)));
    }

    private synchronized void keepSecret(EnvironmentVariables environment) {
        secrets = secrets.secretsWith(environment);
    }

    private static void warn(List<Problem> warnings, int more, EnvironmentVariables environment) {
        shown(warnings, more, environment).lines().forEach(warning -> LOG.log(Level.WARNING, "{0}", warning));
    }

    private static ShownProblems shown(List<Problem> problems, int more, EnvironmentVariables environment) {
        int masked = Math.min(problems.size(), ShownProblems.MOST);
        return ShownProblems.of(
                problems.subList(0, masked).stream()
                        .map(problem -> environment.mask(problem.toString()))
                        .toList(),
                problems.size() - masked + more);
    }

    private static void logIgnoredSettings(ControllerConfig controller) {
        controller
                .port()
                .ifPresent(port -> LOG.log(
                        Level.INFO,
                        "controller.port {0} has no effect here: the port is the server''s",
                        String.valueOf(port)));
    }

    /** Stops serving. Later calls report the first problem; secrets in {@code problems} are masked already. */
    public void reject(List<String> problems) {
        reject(ShownProblems.of(problems, 0));
    }

    private void reject(ShownProblems problems) {
        become(new State.Rejected(problems));
        LOG.log(Level.ERROR, "nothing is served; problems of the configuration: {0}", problems.count());
        problems.lines().forEach(problem -> LOG.log(Level.ERROR, "{0}", problem));
    }

    /** Serves {@code next} from now on, unless this has been closed. The previous configuration is closed with its last use. */
    private void become(State next) {
        State unused;
        synchronized (this) {
            unused = closed ? next : state;
            state = closed ? state : next;
        }
        release(unused);
    }

    private static void release(State state) {
        if (state instanceof State.Serving serving) {
            serving.served().release();
        }
    }

    /**
     * Returns the served configuration and counts a use. The calling code must release it.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY}, with the first problem of the configuration if it was rejected
     */
    ServedConfiguration use() {
        while (true) {
            ServedConfiguration served = served();
            if (served.use()) {
                return served;
            }
        }
    }

    private ServedConfiguration served() {
        State now = state;
        if (now instanceof State.Serving serving) {
            return serving.served();
        }
        if (now instanceof State.Rejected rejected) {
            int others = rejected.problems().count() - 1;
            String more = others == 0 ? "" : " (and " + others + " more, see the server's log)";
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the configuration is wrong: " + rejected.problems().shown().get(0) + more);
        }
        throw new WeirException(ErrorCode.NOT_READY, NOT_SERVING);
    }

    /**
     * Returns the workflows that a caller may see and run, in the order of the configuration.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY}, with the first problem of the configuration if it was rejected
     */
    public List<ServedWorkflow> all(Caller caller) {
        return served().workflows(caller);
    }

    /**
     * Returns the workflow with that id, or the default workflow for null. A workflow that the caller may not run counts as
     * unknown.
     *
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW} with the ids that the caller may run, or
     *     {@link ErrorCode#NOT_READY}
     */
    public ServedWorkflow workflow(@Nullable String id, Caller caller) {
        return served().workflow(id, caller);
    }

    /**
     * Returns the controller of the configuration that was served last, so that problems are reported at its paths. If the
     * first configuration is rejected: its controller, as far as it could be read.
     */
    public ControllerConfig controller() {
        return controller;
    }

    /** Returns the time at which the served configuration was loaded. */
    public Instant loaded() {
        return loaded;
    }

    /** Sets the condition of readiness. Health reports "starting" until it is true; runs are accepted before. */
    public void prepare(BooleanSupplier condition) {
        prepared = condition;
    }

    /** Returns the entrance of runs. */
    public Drain entrance() {
        return drain;
    }

    /** Returns the current health; secrets are masked. */
    public WorkflowHealth health() {
        State now = state;
        if (now instanceof State.Rejected rejected) {
            return WorkflowHealth.none(drain.refusal(), rejected.problems());
        }
        if (!(now instanceof State.Serving serving) || !prepared.getAsBoolean()) {
            return WorkflowHealth.none(drain.refusal(), ShownProblems.of(List.of(), 0));
        }
        List<String> ready = new ArrayList<>();
        List<WorkflowHealth.Loading> loading = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        List<WorkflowHealth.Model> models = new ArrayList<>();
        for (Component component : serving.served().components().all()) {
            String id = component.id();
            Readiness readiness = component.readiness();
            if (readiness instanceof Readiness.Loading unready) {
                Readiness.Download download = unready.download().orElse(new Readiness.Download("", 0));
                loading.add(new WorkflowHealth.Loading(id, download.file(), download.percent()));
            } else if (readiness instanceof Readiness.Failed failure) {
                failed.put(id, mask(failure.reason()));
            } else {
                ready.add(id);
            }
            component.activity().ifPresent(activity -> models.add(WorkflowHealth.Model.of(id, activity)));
        }
        return new WorkflowHealth(true, drain.refusal(), List.of(), 0, ready, loading, failed, models);
    }

    /**
     * Returns the hits of each filter since the configuration was loaded: by workflow id, then by filter name. Only workflows
     * with filters that the caller may run are included.
     */
    public Map<String, Map<String, Long>> filterHits(Caller caller) {
        Map<String, Map<String, Long>> hits = new LinkedHashMap<>();
        if (state instanceof State.Serving serving) {
            serving.served().workflows(caller).stream()
                    .filter(workflow -> !workflow.config().filters().isEmpty())
                    .forEach(workflow ->
                            hits.put(workflow.config().id(), workflow.filters().hits()));
        }
        return hits;
    }

    /** Returns {@code text} with the secrets of all configurations that were read masked. */
    public String mask(String text) {
        return secrets.mask(text);
    }

    /** Ends the admission of runs permanently. Health is down and further runs are refused; then waiting runs are failed. */
    public void refuse() {
        drain.close();
        tasks.failPending(WeirException.shuttingDown(null));
    }

    /**
     * Waits until all runs have ended and their clients are answered.
     *
     * @return false if some have not finished after {@code limit}
     */
    public boolean awaitRuns(Duration limit) throws InterruptedException {
        int atWork = drain.inside();
        if (atWork > 0) {
            LOG.log(Level.INFO, "shutting down: {0} runs have {1} ms to finish", atWork, limit.toMillis());
        }
        int late = drain.awaitEmpty(limit);
        if (late > 0) {
            LOG.log(Level.WARNING, "{0} runs did not finish in time (weir.shutdown.drain) and are ended", late);
        }
        return late == 0;
    }

    /** Fails all runs. Their responses are still to be completed. */
    public void failRuns() {
        tasks.failAll(WeirException.shuttingDown(null));
    }

    /** Fails all runs and closes the components after their last use. Does not wait. */
    @PreDestroy
    public void close() {
        drain.close();
        State last;
        synchronized (this) {
            closed = true;
            last = state;
            state = new State.Stopped();
        }
        release(last);
        tasks.failAll(WeirException.shuttingDown(null));
    }

    /**
     * Waits until the components of all configurations that are no longer used are closed.
     *
     * @return false if some are still being closed after {@code limit}
     */
    public boolean awaitClosed(Duration limit) throws InterruptedException {
        return closings.await(limit);
    }
}
