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
 * Filters the output of one run: each text in a value, and each text that the chunks of a stream form. Keys and numbers are
 * not filtered.
 *
 * <p>Belongs to the thread that reads the output. Any thread may read the count.
 */
public final class RunFilter {
    private final OutputFilters filters;
    private final AtomicLong hits = new AtomicLong();
    private final Collector collector = new Collector(() -> {});
    private FilterStep chain;

    RunFilter(OutputFilters filters) {
        this.filters = filters;
        this.chain = chainTo(collector);
    }

    /** True if there is no filter. */
    public boolean isEmpty() {
        return filters.isEmpty();
    }

    /** The number of matches in this run. */
    public long hits() {
        return hits.get();
    }

    FilterStep chainTo(FilterStep end) {
        return filters.chain(this::hit, end);
    }

    private void hit(String filter) {
        hits.incrementAndGet();
        filters.hit(filter);
    }

    /**
     * Returns {@code value} with each of its texts filtered separately.
     *
     * @param content the type of a value that is bytes
     * @throws WeirException {@link ErrorCode#OUTPUT_BLOCKED} if a filter blocks a match, or if bytes may be text
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

    /** Returns {@code chunks} with their texts filtered. Kept text comes before the end or the failure. */
    public ChunkSource filtered(ChunkSource chunks, Optional<Content> content) {
        return isEmpty() ? chunks : new FilteredSource(chunks, new ChunkFilter(this, content));
    }

    /** Returns {@code failure} with its detail filtered, because it may quote the output. Any thread may call this method. */
    public WeirException filtered(WeirException failure) {
        if (isEmpty() || failure instanceof InvalidInputException || failure.code() == ErrorCode.OUTPUT_BLOCKED) {
            return failure;
        }
        String detail;
        try {
            Collector own = new Collector(() -> {});
            FilterStep ownChain = chainTo(own);
            own.send(failure.detail(), ownChain);
            ownChain.end();
            detail = own.take();
        } catch (WeirException blocked) {
            detail = failure.code().title() + "; " + blocked.detail();
        }
        return detail.equals(failure.detail()) ? failure : new WeirException(failure.code(), detail, failure);
    }

    /** Filters one complete text. */
    String whole(String text) {
        try {
            collector.send(text, chain);
            chain.end();
            return collector.take();
        } catch (WeirException e) {
            chain = chainTo(collector); // The old chain still contains text.
            collector.take();
            throw e;
        }
    }

    /** Refuses bytes that are no image, audio or video: they may contain text, which is not filtered. */
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
