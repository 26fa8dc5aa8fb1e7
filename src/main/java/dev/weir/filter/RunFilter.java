package dev.weir.filter;

import dev.weir.ErrorCode;
import dev.weir.InvalidInputException;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What filters one run's output: of a value each text in it, of a stream each text that its chunks make. Keys and numbers are
 * not looked at. Belongs to the thread that reads the output; the count may be read by any.
 */
public final class RunFilter {
    private final OutputFilters filters;
    private final AtomicLong hits = new AtomicLong();
    private final Collector collector = new Collector(() -> {});
    private Passage way;

    RunFilter(OutputFilters filters) {
        this.filters = filters;
        this.way = wayTo(collector);
    }

    /** True if there is no filter. */
    public boolean isEmpty() {
        return filters.isEmpty();
    }

    /** How often the filters have found something in this run. */
    public long hits() {
        return hits.get();
    }

    Passage wayTo(Passage end) {
        return filters.way(this::hit, end);
    }

    private void hit(String filter) {
        hits.incrementAndGet();
        filters.hit(filter);
    }

    /**
     * {@code value} with its texts filtered, each for itself.
     *
     * @param content what the value is if it is bytes
     * @throws WeirException {@link ErrorCode#OUTPUT_BLOCKED}, also for bytes that may be text
     */
    public @Nullable Object filtered(@Nullable Object value, Optional<Content> content) {
        if (isEmpty()) {
            return value;
        }
        if (value instanceof byte[]) {
            requireNoText(content);
        }
        return filtered(value);
    }

    private @Nullable Object filtered(@Nullable Object value) {
        if (value instanceof String text) {
            return whole(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, member) -> copy.put(key, filtered(member)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(filtered(element)));
            return copy;
        }
        return value;
    }

    /** {@code chunks} with the texts that they make filtered; their end, good or bad, comes after what was kept back. */
    public ChunkSource filtered(ChunkSource chunks, Optional<Content> content) {
        return isEmpty() ? chunks : new FilteredSource(chunks, new ChunkFilter(this, content));
    }

    /** {@code failure} without what may not leave, which it may quote. May be called by any thread. */
    public WeirException filtered(WeirException failure) {
        if (isEmpty() || failure instanceof InvalidInputException || failure.code() == ErrorCode.OUTPUT_BLOCKED) {
            return failure;
        }
        String detail;
        try {
            Collector own = new Collector(() -> {});
            Passage ownWay = wayTo(own);
            own.send(failure.detail(), ownWay);
            ownWay.end();
            detail = own.take();
        } catch (WeirException blocked) {
            detail = failure.code().title() + "; " + blocked.detail();
        }
        return detail.equals(failure.detail()) ? failure : new WeirException(failure.code(), detail, failure);
    }

    /** A text that neither goes on nor is gone on with. */
    String whole(String text) {
        try {
            collector.send(text, way);
            way.end();
            return collector.take();
        } catch (WeirException e) {
            way = wayTo(collector); // The old one holds what was not passed.
            collector.take();
            throw e;
        }
    }

    /** Bytes pass if they are an image, a sound or a film: in others may stand what nobody has looked for. */
    static void requireNoText(Optional<Content> content) {
        String type = content.map(Content::type).orElse("application/octet-stream");
        if (!type.startsWith("image/") && !type.startsWith("audio/") && !type.startsWith("video/")) {
            throw new WeirException(
                    ErrorCode.OUTPUT_BLOCKED,
                    "the workflow's filters see texts, and its output is bytes (" + type
                            + "): write 'output: ${output as text}', or remove the filters");
        }
    }
}
