package dev.weir.workflow;

import dev.weir.json.Json;
import dev.weir.stream.DeliveryStats;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * One line for each run that has ended and whose client was answered, to the logger {@code dev.weir.runs}: what it was, how
 * it ended, what its client was sent. Never what it was about: neither input nor output nor a message, and no secret.
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

    /** {@code key=value}, separated by spaces; a value that is more than a word is a JSON text. */
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
                + (run.filter().isEmpty() ? "" : " filter_hits=" + run.filter().hits());
    }

    /** A failure is told by its code alone, since its message may quote what the run was about. */
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
