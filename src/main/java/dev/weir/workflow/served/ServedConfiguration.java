package dev.weir.workflow.served;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.component.ComponentRegistry;
import dev.weir.config.ComposeConfig;
import dev.weir.security.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A served configuration: its components and its workflows. It is in use while it is served and while one of its runs has not
 * ended. With the last use its components are closed. Thread-safe.
 */
public final class ServedConfiguration {
    private static final int LONGEST_SHOWN = 80;

    private final ComposeConfig config;
    private final ComponentRegistry components;
    private final List<ServedWorkflow> workflows;
    private final Closings closings;
    private int uses = 1;

    /** Creates a configuration with one use, which {@link #release} ends. */
    public ServedConfiguration(ComposeConfig config, ComponentRegistry components, Closings closings) {
        this.closings = closings;
        this.config = config;
        this.components = components;
        this.workflows = config.workflows().stream()
                .map(workflow -> ServedWorkflow.of(workflow, config))
                .toList();
    }

    /** Returns the records of the configuration files. */
    public ComposeConfig config() {
        return config;
    }

    /** Returns the components, which are open until the last use has ended. */
    public ComponentRegistry components() {
        return components;
    }

    /** Returns the workflows that a caller may see and run, in the order of the configuration. */
    public List<ServedWorkflow> workflows(Caller caller) {
        return workflows.stream()
                .filter(workflow -> caller.isAmong(workflow.config().allow()))
                .toList();
    }

    /**
     * Returns the workflow with that id, or the default workflow for null. A workflow that the caller may not run counts as
     * unknown.
     *
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW} with the ids that the caller may run
     */
    public ServedWorkflow workflow(@Nullable String id, Caller caller) {
        List<ServedWorkflow> theirs = workflows(caller);
        return theirs.stream()
                .filter(workflow -> id == null
                        ? workflow.isDefault()
                        : workflow.config().id().equals(id))
                .findFirst()
                .orElseThrow(() -> unknown(id, theirs));
    }

    /**
     * Returns the workflow with that id, for a part of the configuration.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the ids of all workflows
     */
    public ServedWorkflow workflow(String id) {
        return among(workflows, id);
    }

    /**
     * Returns the workflow with that id if all callers may run it.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the ids of the workflows that all callers may run
     */
    public ServedWorkflow workflowForEveryone(String id) {
        return among(
                workflows.stream()
                        .filter(workflow -> workflow.config().allow().isEmpty())
                        .toList(),
                id);
    }

    private static ServedWorkflow among(List<ServedWorkflow> some, String id) {
        return some.stream()
                .filter(workflow -> workflow.config().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new WeirException(
                        ErrorCode.INVALID_INPUT, unknown(id, some).detail()));
    }

    private static WeirException unknown(@Nullable String id, List<ServedWorkflow> theirs) {
        List<String> ids =
                theirs.stream().map(workflow -> workflow.config().id()).toList();
        String what = id == null
                ? "no workflow is the default one"
                : "no workflow has the id '" + Excerpt.of(id, LONGEST_SHOWN) + "'";
        return new WeirException(ErrorCode.UNKNOWN_WORKFLOW, what + "; there are " + ids);
    }

    /** Adds a use; false if the last use has ended already. */
    public synchronized boolean use() {
        if (uses == 0) {
            return false;
        }
        uses++;
        return true;
    }

    /** Ends a use. Never blocks: the components are closed on another thread. */
    public void release() {
        synchronized (this) {
            if (--uses != 0) {
                return;
            }
        }
        closings.close("components of a configuration that is not served any more", components::close);
    }
}
