package dev.weir.component.http.protocol;

import dev.weir.component.http.protocol.SummaryFields.Field;
import dev.weir.component.http.protocol.SummaryFields.Protocol;
import dev.weir.json.JsonProjection;
import dev.weir.json.PathStep;
import dev.weir.stream.Summary;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.WrittenSummary;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the finish reason and the counts of tokens that the payloads of one answer report, at the places of
 * {@link SummaryFields}. A value of another kind, a negative number and a number above the largest {@code int} are ignored.
 * Counts grow only, since providers repeat them. One thread at a time reads payloads.
 */
public final class ReportedSummary {
    /** A longer text is no stop sequence of a request. It would be held with the run. */
    private static final int LONGEST_STOP_SEQUENCE = 1_000;

    private final WrittenSummary written = new WrittenSummary();
    /** The protocol of the answer, once a payload has shown it. */
    private @Nullable Protocol protocol;

    private @Nullable JsonProjection joined;

    /**
     * Returns a projection that also reads what {@link #read} needs: of a known protocol only its own paths.
     *
     * @param needed the projection of the answer's output, the same in each call
     */
    public JsonProjection with(JsonProjection needed) {
        JsonProjection known = joined;
        if (known == null) {
            known = needed.and(protocol == null ? SummaryFields.PATHS : protocol.paths());
            joined = known;
        }
        return known;
    }

    /** Reads a payload: a JSON value, or the parts that a projection has kept. Never fails. */
    public void read(@Nullable Object payload) {
        if (payload instanceof Map<?, ?> map) {
            if (protocol == null) {
                recognise(map);
            }
            SummaryFields.BY_KEY.forEach((key, fields) -> {
                Object member = map.get(key);
                if (member != null) {
                    read(fields, map, member);
                }
            });
        }
    }

    private void recognise(Map<?, ?> payload) {
        for (Protocol each : SummaryFields.PROTOCOLS) {
            if (each.isOf(payload)) {
                protocol = each;
                joined = null;
                return;
            }
        }
    }

    private void read(List<Field> fields, Map<?, ?> payload, Object member) {
        for (Field field : fields) {
            Object value = PathStep.follow(member, field.rest());
            if (value != null && field.appliesTo(payload)) {
                take(field, value);
            }
        }
    }

    private void take(Field field, Object value) {
        switch (field.meaning()) {
            case FINISH -> {
                if (value instanceof List<?> list) {
                    list.forEach(this::finish);
                } else {
                    finish(value);
                }
            }
            case STOP_SEQUENCE -> {
                if (value instanceof String text && !text.isEmpty() && text.length() <= LONGEST_STOP_SEQUENCE) {
                    written.endAt(text);
                }
            }
            case PROMPT_TOKENS -> written.countPrompt(count(value));
            case COMPLETION_TOKENS -> written.countCompletion(count(value));
        }
    }

    private void finish(@Nullable Object word) {
        Finish reason = word instanceof String text ? SummaryFields.REASONS.get(text) : null;
        if (reason != null) {
            written.end(reason);
        }
    }

    /** A count of tokens; -1, which changes nothing, for a value that is none. */
    private static int count(Object value) {
        boolean whole = value instanceof Integer || value instanceof Long;
        long count = whole ? ((Number) value).longValue() : -1;
        return count >= 0 && count <= Integer.MAX_VALUE ? (int) count : -1;
    }

    /** Returns the summary of the payloads that were read so far. Thread-safe. */
    public Summary summary() {
        return written;
    }
}
