package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.error.UpstreamException;
import dev.weir.component.http.protocol.ReportedFailures;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;

/**
 * The lines of a body that do not follow the event stream format. A server that fails after its headers often writes its
 * error in this way, without a field name. At most 2,048 characters of consecutive lines are kept.
 */
final class StrayLines {
    /** The lines before the first event, for the message if no event arrives. */
    private final StringBuilder beginning = new StringBuilder();
    /** The lines since the last payload that are not fields. */
    private final StringBuilder stray = new StringBuilder();

    private boolean grown;

    /** Keeps a line before the first event. */
    void show(LineBuffer lines) {
        append(beginning, lines);
    }

    /**
     * Keeps a line that is not a field.
     *
     * @throws dev.weir.WeirException when the line reports a failure
     */
    void add(LineBuffer lines) {
        append(stray, lines);
        grown = true;
        if (lines.length() > 0 && (lines.at(0) == '{' || lines.at(0) == '[')) {
            throwIfFailed(lines.text(0));
        }
    }

    private static void append(StringBuilder kept, LineBuffer lines) {
        int room = UpstreamErrors.SHOWN_CHARACTERS + 1 - kept.length();
        if (room > 0) {
            kept.append(lines.beginning(room)).append('\n');
        }
    }

    /**
     * Checks the lines together, as one text.
     *
     * @throws dev.weir.WeirException when they report a failure
     */
    void check() {
        if (grown) {
            grown = false;
            throwIfFailed(stray.toString());
        }
    }

    private static void throwIfFailed(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return;
        }
        try {
            ReportedFailures.throwIfStreamFailed(Json.parse(stripped));
        } catch (JsonSyntaxException e) {
            // Not JSON: the text is only shown, if no event arrives.
        }
    }

    /** Drops the lines before a payload: they report no failure. */
    void clear() {
        stray.setLength(0);
        grown = false;
    }

    boolean isEmpty() {
        return stray.isEmpty();
    }

    boolean isNothingShown() {
        return beginning.isEmpty();
    }

    /** The failure of a body without events: the failure that its lines report, otherwise a malformed stream. */
    UpstreamException noEvents() {
        String shown = beginning.toString().strip();
        throwIfFailed(shown);
        return UpstreamErrors.malformed(
                "the upstream's event stream holds no event: " + UpstreamErrors.cut(shown), null);
    }
}
