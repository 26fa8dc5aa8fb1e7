package dev.weir.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The wait for a server that starts. */
final class Readiness {
    private static final long LOOK_MILLIS = 200;

    private Readiness() {}

    /**
     * Waits until the server serves runs, or has ended. Reports what it loads. There is no time limit, since a model may be
     * downloaded; an interrupt ends the wait.
     *
     * @param requireAll whether a component that cannot serve is an error
     * @return false if the server has ended
     * @throws CommandException {@link ExitStatus#FAILED} with the reasons if a component cannot serve
     */
    static boolean await(ApiClient client, ServerProcess process, Terminal terminal, boolean requireAll)
            throws InterruptedException {
        String told = "";
        while (!process.awaitEnd(LOOK_MILLIS)) {
            ApiClient.State state = client.state();
            if (requireAll && state.detail().get("failed") instanceof List<?> failed && !failed.isEmpty()) {
                throw new CommandException(
                        ExitStatus.FAILED,
                        "the server cannot run the configuration: "
                                + failed.stream().map(Readiness::failure).collect(Collectors.joining("; ")));
            }
            if (state.ready()) {
                return true;
            }
            String loading = loading(state.detail().get("loading"));
            if (!loading.isEmpty() && !loading.equals(told)) {
                terminal.tell("loading " + loading);
                told = loading;
            }
        }
        return false;
    }

    private static String loading(@Nullable Object components) {
        return components instanceof List<?> list
                ? list.stream().map(Readiness::progress).collect(Collectors.joining(", "))
                : "";
    }

    private static String progress(@Nullable Object component) {
        if (component instanceof Map<?, ?> one) {
            String percent = one.get("percent") == null ? "" : " (" + one.get("percent") + " %)";
            return one.get("component") + percent;
        }
        return String.valueOf(component);
    }

    private static String failure(@Nullable Object component) {
        return component instanceof Map<?, ?> one
                ? one.get("component") + ": " + Objects.requireNonNullElse(one.get("reason"), "it has failed")
                : String.valueOf(component);
    }
}
