package dev.weir.component.text;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.CallValues;
import dev.weir.component.WholeRange;
import dev.weir.config.SplitterAction;
import dev.weir.config.SplitterLanguage;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of a splitter, rendered and checked.
 *
 * @param text a text, a list of texts, a {@link dev.weir.stream.ChunkSource} of the pieces of one text, or null
 * @param splitter makes a splitter for one text
 */
record SplitterCall(@Nullable Object text, boolean streaming, Supplier<Splitter> splitter) {
    private static final int DEFAULT_SIZE = 1_000;
    private static final int DEFAULT_OVERLAP = 200;
    /** The default overlap of small chunks is this part of their size. */
    private static final int OVERLAP_PART = 5;

    /**
     * Renders {@code action} in {@code scope}.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the key, the value and the allowed values
     */
    static SplitterCall of(SplitterAction action, Scope scope, SplitterLimits limits) {
        boolean streaming = CallValues.flag("streaming", action.streaming().render(scope));
        CallValues.whole("batch_size", render(action.batchSize(), scope), 1, WholeRange.FROM_1);
        Object text = action.text().render(scope);
        if (streaming && text instanceof List<?> list) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "streaming takes a single text: text must be 1, was " + list.size());
        }
        return new SplitterCall(text, streaming, splitter(action, scope, limits));
    }

    private static Supplier<Splitter> splitter(SplitterAction action, Scope scope, SplitterLimits limits) {
        if (action instanceof SplitterAction.BySize bySize) {
            TextSplitter.Rule rule = rule(bySize, scope);
            return () -> new TextSplitter(rule, limits.mostBytes());
        }
        SplitterAction.BySentence bySentence = (SplitterAction.BySentence) action;
        int shortest = CallValues.whole(
                "min_chunk_length", render(bySentence.minChunkLength(), scope), 0, SplitterLimits.SHORTEST);
        int longest = CallValues.whole(
                "max_chunk_length",
                render(bySentence.maxChunkLength(), scope),
                Math.max(shortest, SplitterLimits.LONGEST_SENTENCE),
                SplitterLimits.LONGEST);
        requireAtMost("min_chunk_length", shortest, "max_chunk_length", longest);
        return () -> new SentenceBuffer(shortest, longest);
    }

    private static TextSplitter.Rule rule(SplitterAction.BySize action, Scope scope) {
        int size = CallValues.whole("chunk_size", render(action.chunkSize(), scope), DEFAULT_SIZE, WholeRange.FROM_1);
        Object written = render(action.chunkOverlap(), scope);
        int absent = Math.min(DEFAULT_OVERLAP, size / OVERLAP_PART);
        int overlap = CallValues.whole("chunk_overlap", written, absent, WholeRange.FROM_0);
        requireAtMost("chunk_overlap", overlap, "chunk_size", size);
        Object joins = render(action.maximizeChunk(), scope);
        return new TextSplitter.Rule(
                separators(action, scope), size, overlap, joins == null || CallValues.flag("maximize_chunk", joins));
    }

    private static List<String> separators(SplitterAction.BySize action, Scope scope) {
        Object language = render(action.language(), scope);
        Object separators = render(action.separators(), scope);
        if (language != null && separators != null) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "language and separators exclude each other: remove one of them");
        }
        if (language != null) {
            return language(language).separators();
        }
        return separators == null || (separators instanceof List<?> none && none.isEmpty())
                ? SplitterLanguage.PLAIN_TEXT
                : separators(separators);
    }

    private static SplitterLanguage language(Object language) {
        return Arrays.stream(SplitterLanguage.values())
                .filter(each -> each.toString().equals(language))
                .findFirst()
                .orElseThrow(() -> CallValues.invalid(
                        "language", "one of " + Arrays.toString(SplitterLanguage.values()), language, null));
    }

    private static List<String> separators(Object separators) {
        List<String> texts = separators instanceof List<?> list
                ? list.stream().map(Values::text).toList()
                : List.of(Values.text(separators));
        if (texts.size() > SplitterLimits.MOST_SEPARATORS) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "separators must have at most " + SplitterLimits.MOST_SEPARATORS + " texts, had " + texts.size());
        }
        for (String text : texts) {
            if (text.length() > SplitterLimits.LONGEST_SEPARATOR) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "each of separators must have at most " + SplitterLimits.LONGEST_SEPARATOR
                                + " characters, one had " + text.length());
            }
        }
        return texts;
    }

    private static void requireAtMost(String name, int value, String limit, int most) {
        if (value > most) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, name + " must be at most " + limit + ", " + most + ", was " + value);
        }
    }

    private static @Nullable Object render(@Nullable Template template, Scope scope) {
        return template == null ? null : template.render(scope);
    }
}
