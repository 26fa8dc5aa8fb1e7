package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.util.List;
import java.util.Optional;

/** Reads {@code runtime}, a word or a mapping with a {@code type}: everything runs in this server. */
final class RuntimeKey {
    static final List<String> OWN = List.of("embedded", "native");
    private static final String KEY = "runtime";

    private RuntimeKey() {}

    /**
     * Warns about a runtime of model-compose.
     *
     * @param instead what happens here
     */
    static void read(Section section, String instead) {
        Optional<Section> mapping =
                section.find(KEY) instanceof YamlNode.Mapping ? section.mapping(KEY) : Optional.empty();
        Optional<String> type = mapping.isPresent() ? mapping.get().text("type") : section.text(KEY);
        type.filter(word -> !OWN.contains(word)).ifPresent(word -> {
            if (ComposeWords.RUNTIME.isForeign(word)) {
                section.warning(KEY, ComposeWords.RUNTIME.message(word), instead);
            } else {
                section.error(
                        KEY,
                        "there is no runtime '" + Printable.cut(word) + "'",
                        Suggestion.remedy(word, OWN, "write one of " + String.join(", ", OWN)));
            }
        });
    }
}
