package dev.weir.workflow.served;

import dev.weir.component.Activity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether runs can be served now, and by what.
 *
 * @param known whether a configuration has been read, right or wrong, and is not given up yet
 * @param refusal why no runs are taken though the configuration may be right, such as that the server is shutting down
 * @param problems what is wrong with the configuration; nothing is served unless this is empty
 * @param problemCount how many there are; {@code problems} has the first, and a line for the rest
 * @param ready the components that can serve
 * @param loading the components that will be able to serve; runs wait for them
 * @param failed the components that cannot serve, and why; the others do
 * @param models what the models that generate text are doing, one for each component that names one
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
     * A component that will be able to serve.
     *
     * @param file the file that it downloads; empty for none
     * @param percent how much of that is there
     */
    public record Loading(String component, String file, int percent) {
        @Override
        public String toString() {
            return file.isEmpty() ? component : component + " (" + file + ", " + percent + " %)";
        }
    }

    /**
     * A component's model at work.
     *
     * @param name its repository at the Hub, or the name of its folder
     * @param running sequences that get a token in every step
     * @param waiting sequences that wait for a place among those
     * @param paused sequences whose reader is behind
     * @param tokensPerSecond tokens generated a second, over the last whole second
     */
    public record Model(String component, String name, int running, int waiting, int paused, double tokensPerSecond) {
        public static Model of(String component, Activity activity) {
            return new Model(
                    component,
                    activity.model(),
                    activity.running(),
                    activity.waiting(),
                    activity.paused(),
                    activity.tokensPerSecond());
        }
    }

    public WorkflowHealth {
        problems = List.copyOf(problems);
        ready = List.copyOf(ready);
        loading = List.copyOf(loading);
        failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
        models = List.copyOf(models);
    }

    /** Of a server without components; without problems, of one that has no configuration either. */
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
