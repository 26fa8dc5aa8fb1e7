package dev.weir.face;

import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.JobConfig;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelTask;
import dev.weir.config.WorkflowConfig;
import java.util.List;
import java.util.Optional;

/**
 * The local model that alone gives the output of a workflow.
 *
 * @param jobId the job that calls it
 */
record LocalModel(String jobId, ModelTask task) {
    /** The local model of a workflow; empty if its output comes from elsewhere, or from several jobs. */
    static Optional<LocalModel> of(WorkflowConfig workflow, ComposeConfig config) {
        List<JobConfig> last = workflow.terminalJobs();
        if (last.size() != 1 || !(last.get(0) instanceof ActionJob job) || job.repeatCount() != null) {
            return Optional.empty();
        }
        return config.component(job.componentId())
                .filter(ModelConfig.class::isInstance)
                .map(component -> new LocalModel(job.id(), ((ModelConfig) component).task()));
    }
}
