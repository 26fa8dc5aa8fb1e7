package dev.weir.config;

import dev.weir.binding.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a workflow that read the output of another job as a stream, chunk by chunk, instead of the whole output. A job
 * does so if it waits for no other job, if it is the only one that uses that output, if its input is or contains exactly that output, and if it can take
 * chunks: a {@code for-each}, or an action with a {@linkplain ActionConfig#streamInput stream input}.
 *
 * @param producerOf the id of the job that is read, by the id of the job that reads it
 */
public record StreamLinks(Map<String, String> producerOf) {

    public StreamLinks {
        producerOf = Map.copyOf(producerOf);
    }

    /** The links of a workflow of a configuration. */
    public static StreamLinks of(WorkflowConfig workflow, ComposeConfig config) {
        return of(
                workflow.jobs(),
                workflow.output(),
                (component, action) -> config.component(component).flatMap(found -> found.action(action)));
    }

    /**
     * The links among jobs.
     *
     * @param output the workflow's output template; may be null
     * @param actions finds an action by the ids of its component and its own
     */
    public static StreamLinks of(
            List<JobConfig> jobs,
            @Nullable Template output,
            BiFunction<String, String, Optional<? extends ActionConfig>> actions) {
        Map<String, String> producerOf = new HashMap<>();
        for (JobConfig job : jobs) {
            if (job.dependsOn().size() != 1) {
                continue;
            }
            String producer = job.dependsOn().iterator().next();
            boolean only = jobs.stream()
                            .filter(other -> other.dependsOn().contains(producer))
                            .count()
                    == 1;
            if (only && uses(output, producer) == 0 && reads(job, producer, actions)) {
                producerOf.put(job.id(), producer);
            }
        }
        return new StreamLinks(producerOf);
    }

    /** Whether a job's stream goes to another job as it comes. */
    public boolean isRead(String jobId) {
        return producerOf.containsValue(jobId);
    }

    private static boolean reads(
            JobConfig job, String producer, BiFunction<String, String, Optional<? extends ActionConfig>> actions) {
        long uses = Templates.of(job).stream()
                        .mapToLong(template -> uses(template, producer))
                        .sum()
                + uses(job.condition(), producer);
        if (uses != 1) {
            return false;
        }
        if (job instanceof ForEachJob forEach) {
            return isWhole(forEach.input(), List.of(), producer);
        }
        return job instanceof ActionJob action
                && action.repeatCount() == null
                && actions.apply(action.componentId(), action.actionId())
                        .flatMap(ActionConfig::streamInput)
                        .filter(place -> isWhole(action.input(), place, producer))
                        .isPresent();
    }

    /** Whether the value at a place of a template is exactly a job's output. */
    private static boolean isWhole(@Nullable Template template, List<Object> place, String producer) {
        return template != null
                && template.isReferenceAt(place)
                && template.references().stream()
                        .filter(reference -> reference.isOutputOf(producer))
                        .anyMatch(reference -> reference.place().path().equals(place)
                                && reference.path().isEmpty()
                                && reference.type() == null
                                && !reference.hasDefault());
    }

    private static long uses(@Nullable Template template, String producer) {
        return template == null ? 0 : template.uses(producer);
    }
}
