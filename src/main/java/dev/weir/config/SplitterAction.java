package dev.weir.config;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One use of a splitter. Every template may be a constant; constants were checked when the configuration was read. */
public sealed interface SplitterAction extends ActionConfig {

    /** The text, or a list of texts. */
    Template text();

    /** Whether the parts are given one by one; a boolean. */
    Template streaming();

    /** The number of texts that are split together; null for the default. It does not change the result. */
    @Nullable
    Template batchSize();

    /** The place in the input that the text refers to, if the text is exactly that reference. */
    @Override
    default Optional<List<Object>> streamInput() {
        if (!text().isReferenceAt(List.of())) {
            return Optional.empty();
        }
        Reference reference = text().references().get(0);
        long uses = Templates.of(this).stream()
                .flatMap(template -> template.references().stream())
                .filter(each -> each.source() == Source.INPUT)
                .count();
        // Another template must not see the stream.
        return reference.source() == Source.INPUT && reference.type() == null && uses == 1
                ? reference.keys()
                : Optional.empty();
    }

    /** The action's place in the configuration. */
    Location location();

    /**
     * An action that splits by size.
     *
     * @param language a name of {@link SplitterLanguage}; null for none
     * @param separators a list of texts, the coarsest first; null for those of the language or of plain text
     * @param chunkSize the most characters of a part; null for 1,000
     * @param chunkOverlap the most characters at the beginning of a part that end the part before; null for 200, or a fifth of a size
     *     below 1,000
     * @param maximizeChunk whether parts are joined up to the size; null for true
     */
    record BySize(
            String id,
            boolean isDefault,
            Template text,
            @Nullable Template language,
            @Nullable Template separators,
            @Nullable Template chunkSize,
            @Nullable Template chunkOverlap,
            @Nullable Template maximizeChunk,
            @Nullable Template batchSize,
            Template streaming,
            @Nullable Template output,
            Location location)
            implements SplitterAction {}

    /**
     * An action that splits at the ends of sentences.
     *
     * @param minChunkLength shorter sentences are joined with the next; null for none
     * @param maxChunkLength longer sentences are cut; null for the limit of the server
     */
    record BySentence(
            String id,
            boolean isDefault,
            Template text,
            @Nullable Template minChunkLength,
            @Nullable Template maxChunkLength,
            @Nullable Template batchSize,
            Template streaming,
            @Nullable Template output,
            Location location)
            implements SplitterAction {}
}
