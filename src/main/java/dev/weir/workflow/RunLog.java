package dev.weir.workflow;

import dev.weir.json.Json;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Summary;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Writes one line for each run that has ended and has been answered, to the logger {@code dev.weir.runs}: ids, status,
 * amounts, times, the cause of the end and counts of tokens. Inputs, outputs, messages and secrets are never logged.
 */
final class RunLog {
    private static final System.Logger LOG = System.getLogger("dev.weir.runs");
    private static final String NONE = "-";
    private static final Pattern WORD = Pattern.compile("[\\w.:/-]+");

    private RunLog() {}

    static void write(Run run, DeliveryStats delivery) {
        String line = line(run, delivery);
        LOG.log(Level.INFO, "{0}", run.served().config().environment().mask(line));
    }

    /**
     * Returns {@code key=value} pairs separated by spaces. A value with other characters than those of a word is written as
     * JSON text.
     */
    static String line(Run run, DeliveryStats delivery) {
        return "task=" + run.taskId()
                + " workflow=" + word(run.workflow().id())
                + " status=" + run.state().status()
                + " chunks=" + delivery.chunks()
                + " bytes=" + delivery.bytes()
                + " first_chunk_ms="
                + delivery.firstChunk()
                        .map(Duration::toMillis)
                        .map(String::valueOf)
                        .orElse(NONE)
                + " duration_ms=" + delivery.age().toMillis()
                + " ended_by=" + word(endedBy(run.state()))
                + (run.filter().isEmpty() ? "" : " filter_hits=" + run.filter().hits())
                + summary(run.summary())
                + (run.trace().isPresent() ? " trace=" + run.trace().traceId() : "");
    }

    /** Returns the pairs of a summary, each with a space before it; no pair for a value that is not known. */
    private static String summary(Summary summary) {
        StringBuilder pairs = new StringBuilder();
        summary.finish()
                .ifPresent(
                        finish -> pairs.append(" finish=").append(finish.name().toLowerCase(Locale.ROOT)));
        summary.promptTokens()
                .ifPresent(count -> pairs.append(" prompt_tokens=").append(count));
        summary.completionTokens()
                .ifPresent(count -> pairs.append(" completion_tokens=").append(count));
        return pairs.toString();
    }

    /** Returns the cause of the end. A failure is logged by its code only, since its message may quote the input. */
    private static String endedBy(RunState state) {
        if (state instanceof RunState.Cancelled cancelled) {
            return cancelled.reason();
        }
        if (state instanceof RunState.Failed failed) {
            return failed.cause().code().slug();
        }
        return state instanceof RunState.Completed ? "completion" : NONE;
    }

    private static String word(String value) {
        return WORD.matcher(value).matches() ? value : Json.write(value);
    }
}
