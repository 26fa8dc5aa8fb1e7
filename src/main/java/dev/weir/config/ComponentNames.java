package dev.weir.config;

import java.util.regex.Pattern;

/** The ids of components to which the configuration gives none, and the names of components in messages. */
public final class ComponentNames {
    /** The id of a component that is the only one of the file. */
    public static final String ONLY_COMPONENT = "__component__";
    /** The id of a workflow that is the only one of the file. */
    public static final String ONLY_WORKFLOW = "__workflow__";

    private static final String WHOLE = "the workflow";
    private static final Pattern INLINE = Pattern.compile("(job|workflow) .*|" + WHOLE, Pattern.DOTALL);

    private ComponentNames() {}

    /** Returns the id of a component that is written inside a job. It names the workflow and the job. */
    public static String inline(String workflow, String job) {
        boolean onlyWorkflow = workflow.equals(ONLY_WORKFLOW);
        if (job.equals(ActionJob.ONLY_JOB)) {
            return onlyWorkflow ? WHOLE : "workflow " + workflow;
        }
        return "job " + job + (onlyWorkflow ? "" : " of workflow " + workflow);
    }

    /** Whether an id is one of those that {@link #inline} makes. No other component may have it. */
    public static boolean isReserved(String id) {
        return INLINE.matcher(id).matches();
    }

    /** Whether the component has an id in the configuration. */
    public static boolean isNamed(String id) {
        return !id.equals(ONLY_COMPONENT) && !isReserved(id);
    }

    /** Returns the component for a failure: {@code component a}, or the job that has it. */
    public static String of(String id) {
        return isNamed(id) ? "component " + id : id.equals(ONLY_COMPONENT) ? "the component" : id;
    }

    /** Returns the component for a problem of the configuration: {@code component 'a'}, or the job that has it. */
    public static String quoted(String id) {
        return isNamed(id)
                ? "component '" + id + "'"
                : id.equals(ONLY_COMPONENT) ? "the component" : "the component of " + id;
    }
}
