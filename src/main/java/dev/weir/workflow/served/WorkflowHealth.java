package dev.weir.workflow.served;

import dev.weir.component.Activity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The health of the served configuration and of its components.
 *
 * @param known true if a configuration, valid or not, has been read and is still in use
 * @param refusal the reason why runs are refused regardless of the configuration, such as the shutdown; otherwise empty
 * @param problems the problems of the configuration, with a last line for those left out; if not empty, nothing is served
 * @param problemCount the number of all problems
 * @param ready the ids of the components that can serve
 * @param loading the components that still load; runs wait for them
 * @param failed the ids of the components that cannot serve, with the reason; the other components serve
 * @param models the activity of the models that generate text, one entry for each component that uses one
 */
public record WorkflowHealth(
        boolean known,
        Optional<String> refusal,
        List<String> problems,
        int problemCount,
        List<String> ready,
        List<Loading> loading,
        Map<String, String> failed,
        List<Model> models) {
    /**
     * A component that still loads.
     *
     * @param file the file that it downloads; empty if there is none
     * @param percent the downloaded share of that file, 0 to 100
     */
    public record Loading(String component, String file, int percent) {
        @Override
        public String toString() {
            return file.isEmpty() ? component : component + " (" + file + ", " + percent + " %)";
        }
    }

    /**
     * The activity of a component's model.
     *
     * @param name its repository at the Hub, or the name of its folder
     * @param loaded the model; the same object for components that share it
     * @param running the number of sequences that get a token in every step
     * @param waiting the number of sequences that wait for a place among those
     * @param paused the number of sequences with a reader that is behind
     * @param tokensPerSecond tokens generated per second, over the last whole second
     * @param tokens tokens generated since the model was loaded
     */
    public record Model(
            String component,
            String name,
            Object loaded,
            int running,
            int waiting,
            int paused,
            double tokensPerSecond,
            long tokens) {
        public static Model of(String component, Activity activity) {
            return new Model(
                    component,
                    activity.model(),
                    activity.loaded(),
                    activity.running(),
                    activity.waiting(),
                    activity.paused(),
                    activity.tokensPerSecond(),
                    activity.tokens());
        }
    }

    public WorkflowHealth {
        problems = List.copyOf(problems);
        ready = List.copyOf(ready);
        loading = List.copyOf(loading);
        failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
        models = List.copyOf(models);
    }

    /** Returns the health without components. Without problems it is the health of a server without a configuration. */
    public static WorkflowHealth none(Optional<String> refusal, ShownProblems problems) {
        return new WorkflowHealth(
                problems.count() > 0,
                refusal,
                problems.lines(),
                problems.count(),
                List.of(),
                List.of(),
                Map.of(),
                List.of());
    }

    /** True if runs are taken, the configuration is served and no component still loads. */
    public boolean isReady() {
        return known && refusal.isEmpty() && problems.isEmpty() && loading.isEmpty();
    }
}
