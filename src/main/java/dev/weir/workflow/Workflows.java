package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Readiness;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ConfigReader;
import dev.weir.config.LoadResult;
import dev.weir.config.Problem;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.WorkflowSchema;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration at work: its workflows and components, or the problems that keep it from working. The server stays up
 * either way.
 */
@ApplicationScoped
public class Workflows {
    private static final System.Logger LOG = System.getLogger(Workflows.class.getName());

    private static final String NOT_SERVING = "the server is starting or stopping";

    private Instance<ComponentProvider<?>> providers;
    private TaskRegistry tasks;
    private volatile State state = new State.Stopped();

    /** What there is to serve. */
    private sealed interface State {
        record Stopped() implements State {}

        record Rejected(LoadResult.Rejected result) implements State {}

        record Serving(ComposeConfig config, ComponentRegistry components, Map<String, WorkflowSchema> schemas)
                implements State {}
    }

    /** For the container's proxies. */
    protected Workflows() {}

    @Inject
    Workflows(@Any Instance<ComponentProvider<?>> providers, TaskRegistry tasks) {
        this.providers = providers;
        this.tasks = tasks;
    }

    /** Reads the files and makes the components; what is wrong with them is logged and told by every later call. */
    public void load(List<Path> files) {
        LoadResult result = ConfigReader.read(files, System.getenv());
        if (result instanceof LoadResult.Loaded loaded) {
            loaded.warnings().forEach(warning -> LOG.log(Level.WARNING, "{0}", warning));
            ComponentRegistry components =
                    ComponentRegistry.create(loaded.config().components(), providers);
            state = new State.Serving(loaded.config(), components, schemas(loaded.config()));
            LOG.log(
                    Level.INFO,
                    "serving workflows {0}",
                    loaded.config().workflows().stream().map(WorkflowConfig::id).toList());
            loaded.config().controller().port().ifPresent(Workflows::tellThatThePortIsTheServers);
        } else if (result instanceof LoadResult.Rejected rejected) {
            state = new State.Rejected(rejected);
            LOG.log(
                    Level.ERROR,
                    "the configuration has {0} problem(s)",
                    rejected.problems().size());
            rejected.problems().forEach(problem -> LOG.log(Level.ERROR, "{0}", problem));
        }
    }

    private static void tellThatThePortIsTheServers(int port) {
        LOG.log(Level.INFO, "controller.port {0} has no effect here: the port is the server''s", String.valueOf(port));
    }

    /**
     * The configuration that is served.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the first problem if there is none
     */
    public ComposeConfig config() {
        return serving().config();
    }

    ComponentRegistry components() {
        return serving().components();
    }

    private State.Serving serving() {
        State now = state;
        if (now instanceof State.Serving serving) {
            return serving;
        }
        if (now instanceof State.Rejected rejected) {
            List<Problem> problems = rejected.result().problems();
            String others =
                    problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more, see the server's log)";
            throw new WeirException(ErrorCode.NOT_READY, "the configuration is wrong: " + problems.get(0) + others);
        }
        throw new WeirException(ErrorCode.NOT_READY, NOT_SERVING);
    }

    /** Whether runs can be served now; secrets are masked. */
    public Health health() {
        State now = state;
        if (now instanceof State.Rejected rejected) {
            List<String> problems = rejected.result().problems().stream()
                    .map(problem -> mask(problem.toString()))
                    .toList();
            return new Health(problems, List.of(), Map.of());
        }
        if (!(now instanceof State.Serving serving)) {
            return new Health(List.of(NOT_SERVING), List.of(), Map.of());
        }
        List<String> loading = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        for (Component component : serving.components().all()) {
            Readiness readiness = component.readiness();
            if (readiness instanceof Readiness.Loading) {
                loading.add(component.id());
            } else if (readiness instanceof Readiness.Failed failure) {
                failed.put(component.id(), mask(failure.reason()));
            }
        }
        return new Health(List.of(), loading, failed);
    }

    /**
     * The workflow with that id, or the default one for null.
     *
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}, which lists those there are
     */
    public WorkflowConfig workflow(@Nullable String id) {
        ComposeConfig config = config();
        return (id == null ? config.defaultWorkflow() : config.workflow(id)).orElseThrow(() -> {
            List<String> ids =
                    config.workflows().stream().map(WorkflowConfig::id).toList();
            String what = id == null ? "no workflow is the default one" : "no workflow has the id '" + id + "'";
            return new WeirException(ErrorCode.UNKNOWN_WORKFLOW, what + "; there are " + ids);
        });
    }

    private static Map<String, WorkflowSchema> schemas(ComposeConfig config) {
        return config.workflows().stream()
                .collect(Collectors.toUnmodifiableMap(
                        WorkflowConfig::id, workflow -> WorkflowSchema.of(workflow, config)));
    }

    /** What a workflow takes and gives. */
    public WorkflowSchema schema(WorkflowConfig workflow) {
        WorkflowSchema schema = serving().schemas().get(workflow.id());
        return schema == null ? WorkflowSchema.of(workflow, config()) : schema;
    }

    /** True if a run that names no workflow runs this one. */
    public boolean isDefault(WorkflowConfig workflow) {
        return config().defaultWorkflow().filter(workflow::equals).isPresent();
    }

    /** {@code text} without the values of the environment variables that the configuration refers to. */
    public String mask(String text) {
        State now = state;
        if (now instanceof State.Serving serving) {
            return serving.config().environment().mask(text);
        }
        return now instanceof State.Rejected rejected
                ? rejected.result().environment().mask(text)
                : text;
    }

    /** Cancels what runs and lets the components go. */
    @PreDestroy
    public void close() {
        State before = state;
        state = new State.Stopped();
        tasks.failAll(new WeirException(ErrorCode.NOT_READY, "the server is shutting down"));
        if (before instanceof State.Serving serving) {
            serving.components().close();
        }
    }
}
