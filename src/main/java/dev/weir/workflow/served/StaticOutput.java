package dev.weir.workflow.served;

import dev.weir.binding.Bindings;
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
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.WireFormats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predicts the kind of a workflow's output from its configuration. */
final class StaticOutput {
    private StaticOutput() {}

    /**
     * True if every output of the workflow is a stream of server-sent events. False where it depends on the run or on an
     * upstream.
     */
    static boolean isEventStream(WorkflowConfig workflow, WireFormats formats, ComposeConfig config) {
        return streams(workflow, formats.common().isPresent(), config, 0);
    }

    private static boolean streams(WorkflowConfig workflow, boolean named, ComposeConfig config, int depth) {
        List<JobConfig> last = workflow.terminalJobs();
        if (last.size() != 1 || !(last.get(0) instanceof ActionJob job) || job.repeatCount() != null) {
            return false;
        }
        return passes(workflow.output(), job.id())
                && passes(job.output(), "")
                && config.component(job.componentId())
                        .flatMap(component -> component.action(job.actionId()))
                        .filter(action -> action instanceof WorkflowAction call
                                ? streams(call, named, config, depth + 1)
                                : streams(action, named))
                        .isPresent();
    }

    /** Whether a called workflow streams. The action's own output shapes each chunk. */
    private static boolean streams(WorkflowAction call, boolean named, ComposeConfig config, int depth) {
        return depth <= WorkflowAction.MAX_DEPTH
                && call.constantWorkflow()
                        .flatMap(config::workflow)
                        .filter(called -> streams(called, named, config, depth))
                        .isPresent();
    }

    /** Whether a stream stays a stream in an output template; {@code jobId} is the id of the job that gives the stream. */
    private static boolean passes(@Nullable Template output, String jobId) {
        return output == null || output.passesOutput(jobId);
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
