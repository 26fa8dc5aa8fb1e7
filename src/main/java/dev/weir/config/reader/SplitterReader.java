package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.binding.Bindings;
import dev.weir.binding.Template;
import dev.weir.config.SplitterAction;
import dev.weir.config.SplitterConfig;
import dev.weir.config.SplitterLanguage;
import dev.weir.config.yaml.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code text-splitter} and {@code sentence-splitter} components. */
public final class SplitterReader {
    /** The names of the languages, as the configuration writes them. */
    public static final List<String> LANGUAGES = Arrays.stream(SplitterLanguage.values())
            .map(SplitterLanguage::toString)
            .toList();
    /** The driver of model-compose; Weir has one too. */
    public static final String DRIVER = "native";

    private static final Template NOT_STREAMING = Template.parse(false);
    private static final Template NO_TEXT = Template.parse("");

    private final Section component;

    private SplitterReader(Section component) {
        this.component = component;
    }

    static SplitterConfig read(String type, String id, boolean isDefault, Section section) {
        SplitterReader reader = new SplitterReader(section);
        boolean bySize = type.equals(SplitterConfig.TEXT);
        if (!bySize) {
            section.word("driver", Map.of(DRIVER, true));
        }
        List<SplitterAction> actions = Actions.read(section, bySize ? reader::bySize : reader::bySentence);
        section.finish();
        return new SplitterConfig(id, isDefault, type, actions, section.location());
    }

    private Optional<SplitterAction> bySize(String id, Section action) {
        Template language = language(action);
        Template separators = action.template("separators", SourceScope.ACTION_INPUT);
        if (language != null && separators != null) {
            action.error("separators", "'language' and 'separators' exclude each other", "remove one of them");
        }
        Template size = ModelActionReader.checked(action, "chunk_size", ParameterRule.WHOLE_FROM_1);
        Template overlap = ModelActionReader.checked(action, "chunk_overlap", ParameterRule.WHOLE_FROM_0);
        checkOrder(action, "chunk_overlap", overlap, "chunk_size", size);
        return Optional.of(new SplitterAction.BySize(
                id,
                Actions.isDefault(action, component),
                text(action),
                language,
                separators,
                size,
                overlap,
                ModelActionReader.checked(action, "maximize_chunk", ParameterRule.TRUTH),
                batchSize(action),
                streaming(action),
                action.template("output", SourceScope.MODEL_OUTPUT),
                action.location()));
    }

    private Optional<SplitterAction> bySentence(String id, Section action) {
        Template shortest = ModelActionReader.checked(action, "min_chunk_length", ParameterRule.WHOLE_FROM_0);
        Template longest = ModelActionReader.checked(action, "max_chunk_length", ParameterRule.WHOLE_FROM_1);
        checkOrder(action, "min_chunk_length", shortest, "max_chunk_length", longest);
        return Optional.of(new SplitterAction.BySentence(
                id,
                Actions.isDefault(action, component),
                text(action),
                shortest,
                longest,
                batchSize(action),
                streaming(action),
                action.template("output", SourceScope.MODEL_OUTPUT),
                action.location()));
    }

    private static Template text(Section action) {
        Template text = action.template("text", SourceScope.ACTION_INPUT);
        if (text == null) {
            action.missing("text", "write the input, such as text: ${input.text as text}");
        }
        return text == null ? NO_TEXT : text;
    }

    private static @Nullable Template language(Section action) {
        Template language = action.template("language", SourceScope.ACTION_INPUT);
        if (language != null && language.isConstant()) {
            String name = String.valueOf(language.render(Bindings.empty()));
            if (!LANGUAGES.contains(name)) {
                action.error(
                        "language",
                        "'" + Printable.cut(name) + "' is not known",
                        Suggestion.remedy(name, LANGUAGES, "write one of " + String.join(", ", LANGUAGES)));
                return null;
            }
        }
        return language;
    }

    private static @Nullable Template batchSize(Section action) {
        return ModelActionReader.checked(action, "batch_size", ParameterRule.WHOLE_FROM_1);
    }

    private static Template streaming(Section action) {
        Template streaming = ModelActionReader.checked(action, "streaming", ParameterRule.TRUTH);
        return streaming == null ? NOT_STREAMING : streaming;
    }

    /** Reports a constant that is larger than the constant of another key. */
    private static void checkOrder(
            Section action, String key, @Nullable Template value, String limit, @Nullable Template most) {
        if (constant(value) instanceof Integer number && constant(most) instanceof Integer bound && number > bound) {
            action.error(key, "'" + key + "' must be at most '" + limit + "', " + bound + ", was " + number, "");
        }
    }

    private static @Nullable Object constant(@Nullable Template template) {
        return template != null && template.isConstant() ? template.render(Bindings.empty()) : null;
    }
}
