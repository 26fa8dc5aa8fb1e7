package dev.weir.api.run;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.sse.EventFraming;
import dev.weir.workflow.Run;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last event of a task that a client has received, named by the client when it reconnects.
 *
 * @param number 0 before the first event
 * @param end whether the client has also received the end
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header">the header</a>
 */
record LastEventId(String taskId, long number, boolean end) {
    static final String HEADER = "Last-Event-ID";

    private static final Pattern OF_RUN = Pattern.compile("([0-9A-Z]{26}):([0-9]{1,18}|" + EventFraming.END + ")");
    private static final Pattern OF_TASK =
            Pattern.compile("(?:([0-9A-Z]{26}):)?([0-9]{1,18}|" + EventFraming.END + ")");

    /**
     * Parses {@code task:number}, the form of the ids of a run that was started by GET.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST}
     */
    static LastEventId ofRun(String header) {
        Matcher parts = matched(OF_RUN, header, "TASK:NUMBER, as the events' ids are");
        return of(parts.group(1), parts.group(2));
    }

    /**
     * Parses {@code number} or {@code task:number} of that task. A blank header means that the client has no event.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST}
     */
    static LastEventId ofTask(String taskId, String header) {
        if (header.isBlank()) {
            return new LastEventId(taskId, 0, false);
        }
        Matcher parts = matched(OF_TASK, header, "a number, as the events' ids are");
        if (parts.group(1) != null && !parts.group(1).equals(taskId)) {
            throw malformed("an event of task " + taskId, header);
        }
        return of(taskId, parts.group(2));
    }

    private static LastEventId of(String taskId, String number) {
        return number.equals(EventFraming.END)
                ? new LastEventId(taskId, 0, true)
                : new LastEventId(taskId, Long.parseLong(number), false);
    }

    private static Matcher matched(Pattern pattern, String header, String wanted) {
        Matcher matcher = pattern.matcher(header.strip());
        if (!matcher.matches()) {
            throw malformed(wanted, header);
        }
        return matcher;
    }

    private static WeirException malformed(String wanted, String header) {
        return new WeirException(
                ErrorCode.MALFORMED_REQUEST, HEADER + " must be " + wanted + ", was " + Values.describe(header));
    }

    /**
     * True if the client has all events of a run that was started by GET. Completion has no event there: the stream only ends.
     */
    boolean hasAllEventsOf(Run run) {
        return end || (run.hasCompleted() && number == run.lastEvent());
    }
}
