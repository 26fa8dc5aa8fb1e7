package dev.weir.workflow.served;

import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpAction;
import dev.weir.config.JobConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ShellAction;
import dev.weir.config.SplitterAction;
import dev.weir.config.StreamFormat;
import dev.weir.config.WorkflowConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Predicts the kind of a workflow's output from its configuration. */
final class StaticOutput {
    private StaticOutput() {}

    /**
     * True if every output of the workflow is a stream of server-sent events. False where it depends on the run or on an
     * upstream.
     */
    static boolean isEventStream(WorkflowConfig workflow, ComposeConfig config) {
        Set<String> awaited = new HashSet<>();
        workflow.jobs().forEach(job -> awaited.addAll(job.dependsOn()));
        List<JobConfig> last = workflow.jobs().stream()
                .filter(job -> !awaited.contains(job.id()))
                .toList();
        if (last.size() != 1 || !(last.get(0) instanceof ActionJob job) || job.repeatCount() != null) {
            return false;
        }
        boolean named = workflow.output() != null && workflow.output().format().isPresent();
        return passes(workflow.output())
                && passes(job.output())
                && config.component(job.componentId())
                        .flatMap(component -> component.action(job.actionId()))
                        .filter(action -> streams(action, named))
                        .isPresent();
    }

    private static boolean passes(@Nullable Template output) {
        return output == null
                || output.references().stream().anyMatch(reference -> reference.source() == Source.OUTPUT);
    }

    private static boolean streams(ActionConfig action, boolean named) {
        if (action instanceof HttpAction http) {
            boolean parts = http.streamFormat() != StreamFormat.NONE;
            return http.completion() == null
                    && (parts || named)
                    && (http.output() == null ? parts : http.output().streams());
        }
        return (action instanceof ModelAction model && isTrue(model.streaming()))
                || (action instanceof ShellAction shell && isTrue(shell.streaming()))
                || (action instanceof SplitterAction splitter && isTrue(splitter.streaming()));
    }

    private static boolean isTrue(Template streaming) {
        return streaming.references().isEmpty()
                && Values.text(streaming.render(Bindings.empty())).equals("true");
    }
}
