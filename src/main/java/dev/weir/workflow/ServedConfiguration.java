package dev.weir.workflow;

import dev.weir.component.ComponentRegistry;
import dev.weir.config.ComposeConfig;
import dev.weir.config.InputValidation;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.WorkflowSchema;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration at work: its components, and what its workflows take and give. It is in use while it is served and while a
 * run of it has not ended; with the last use its components are closed. Thread-safe.
 */
final class ServedConfiguration {
    private final ComposeConfig config;
    private final ComponentRegistry components;
    private final Map<String, WorkflowSchema> schemas;
    private int uses = 1;

    ServedConfiguration(ComposeConfig config, ComponentRegistry components) {
        this.config = config;
        this.components = components;
        Map<String, WorkflowSchema> found = new HashMap<>();
        config.workflows().forEach(workflow -> found.put(workflow.id(), WorkflowSchema.of(workflow, config)));
        this.schemas = Collections.unmodifiableMap(found);
    }

    ComposeConfig config() {
        return config;
    }

    ComponentRegistry components() {
        return components;
    }

    /** What a workflow of this configuration takes and gives. */
    WorkflowSchema schema(WorkflowConfig workflow) {
        WorkflowSchema schema = schemas.get(workflow.id());
        if (schema == null) {
            throw new IllegalArgumentException("no workflow of this configuration: " + workflow.id());
        }
        return schema;
    }

    /** Checks an input against what the workflow declares. */
    void check(WorkflowConfig workflow, @Nullable Object input) {
        InputValidation.of(schema(workflow)).check(input);
    }

    /** One more use; false if the last has ended already. */
    synchronized boolean use() {
        if (uses == 0) {
            return false;
        }
        uses++;
        return true;
    }

    /** One use less. */
    void release() {
        synchronized (this) {
            if (--uses != 0) {
                return;
            }
        }
        components.close();
    }
}
