package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.yaml.Printable;
import dev.weir.filter.Action;
import dev.weir.filter.Matcher;
import dev.weir.filter.OutputFilter;
import dev.weir.filter.OutputFilter.Rule;
import dev.weir.filter.PersonalData;
import dev.weir.filter.Regex;
import dev.weir.filter.WordList;
import dev.weir.filter.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a workflow's {@code filters}. */
public final class FilterReader {
    public static final Map<String, Action> ACTIONS = actions();
    public static final Map<String, PersonalData> KINDS = kinds();
    public static final List<String> TYPES = List.of("deny-list", "regex", "pii");
    /** The largest value of {@code max_match}, in code points. */
    public static final int LONGEST_MATCH = 4_096;

    private static final int USUAL_MATCH = 256;
    private static final String MASK = "***";

    private final List<OutputFilter> filters = new ArrayList<>();

    private FilterReader() {}

    static List<OutputFilter> readAll(Section workflow) {
        FilterReader reader = new FilterReader();
        workflow.mappings("filters").forEach(reader::read);
        return List.copyOf(reader.filters);
    }

    private void read(Section section) {
        Optional<String> type = section.text("type");
        if (type.isEmpty()) {
            section.missing("type", "the types are " + String.join(", ", TYPES));
            section.acceptAll();
            return;
        }
        Action action = section.word("action", ACTIONS).orElse(Action.REDACT);
        Optional<String> replacement = section.text("replacement");
        if (action == Action.BLOCK && replacement.isPresent()) {
            section.error("replacement", "has no effect with action: block", "remove it, or write action: redact");
        }
        List<Rule> rules = rules(type.get(), section, replacement);
        String name = name(section, type.get());
        section.finish();
        if (!rules.isEmpty()) {
            filters.add(new OutputFilter(name, action, rules));
        }
    }

    private List<Rule> rules(String type, Section section, Optional<String> replacement) {
        return switch (type) {
            case "deny-list" -> only(denyList(section), replacement);
            case "regex" -> only(regex(section), replacement);
            case "pii" -> personalData(section, replacement);
            default -> {
                section.error(
                        "type",
                        "there is no filter type '" + Printable.cut(type) + "'",
                        Suggestion.remedy(type, TYPES, "the types are " + String.join(", ", TYPES)));
                section.acceptAll();
                yield List.of();
            }
        };
    }

    private static List<Rule> only(Optional<? extends Matcher> matcher, Optional<String> replacement) {
        return matcher.map(found -> List.of(new Rule(found, replacement.orElse(MASK))))
                .orElse(List.of());
    }

    private String name(Section section, String type) {
        Optional<String> written = section.text("name");
        String name = written.orElse(type);
        for (int i = 2; written.isEmpty() && isTaken(name); i++) {
            name = type + "-" + i;
        }
        if (isTaken(name)) {
            section.error("name", "the name '" + Printable.cut(name) + "' is taken", "choose another for this filter");
        }
        return name;
    }

    private boolean isTaken(String name) {
        return filters.stream().anyMatch(filter -> filter.name().equals(name));
    }

    private static Optional<Matcher> denyList(Section section) {
        List<String> words = new ArrayList<>(section.texts("words"));
        boolean ignoreCase = section.bool("ignore_case", true);
        boolean wholeWords = section.bool("whole_words", false);
        Optional<String> file = section.text("file");
        Optional<List<String>> ofFile = file.flatMap(new WordFile(section)::read);
        if (!section.has("words") && !section.has("file")) {
            section.missing("words", "list the words, or name a file with one in each line");
            return Optional.empty();
        }
        if (file.isPresent() && ofFile.isEmpty()) {
            return Optional.empty();
        }
        ofFile.ifPresent(words::addAll);
        for (String word : words) {
            if (word.isBlank() || word.length() > USUAL_MATCH) {
                section.error(
                        "words",
                        "'" + Printable.cut(word) + "' is not a word",
                        "each word has from 1 to " + USUAL_MATCH + " characters");
                return Optional.empty();
            }
        }
        if (words.isEmpty()) {
            section.error(section.has("words") ? "words" : "file", "has no word", "add a word, or remove the filter");
            return Optional.empty();
        }
        return Optional.of(new WordList(words, ignoreCase, wholeWords));
    }

    private static Optional<Matcher> regex(Section section) {
        boolean ignoreCase = section.bool("ignore_case", false);
        int longest = section.integer("max_match", 1, LONGEST_MATCH).orElse(USUAL_MATCH);
        Optional<String> pattern = section.text("pattern");
        if (pattern.isEmpty()) {
            section.missing("pattern", "write a regular expression");
            return Optional.empty();
        }
        try {
            return Optional.of(Regex.of(pattern.get(), ignoreCase, longest));
        } catch (RegexSyntaxException e) {
            String place = e.offset() == 0 ? "" : ", at character " + (e.offset() + 1);
            section.error("pattern", e.detail() + place, e.remedy());
            return Optional.empty();
        }
    }

    private static List<Rule> personalData(Section section, Optional<String> replacement) {
        List<String> names = section.texts("kinds");
        List<Rule> rules = new ArrayList<>();
        if (section.has("kinds") && names.isEmpty()) {
            section.error("kinds", "is empty", "name a kind, or remove 'kinds' for all");
        }
        for (String name : names) {
            if (!KINDS.containsKey(name)) {
                section.error(
                        "kinds",
                        "there is no kind '" + Printable.cut(name) + "' of personal data",
                        Suggestion.remedy(name, KINDS.keySet(), "the kinds are " + String.join(", ", KINDS.keySet())));
            }
        }
        KINDS.forEach((name, kind) -> {
            if (!section.has("kinds") || names.contains(name)) {
                rules.add(new Rule(kind.matcher(), replacement.orElse("[" + name + "]")));
            }
        });
        return rules;
    }

    private static Map<String, Action> actions() {
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("redact", Action.REDACT);
        actions.put("block", Action.BLOCK);
        return actions;
    }

    private static Map<String, PersonalData> kinds() {
        Map<String, PersonalData> kinds = new LinkedHashMap<>();
        Arrays.stream(PersonalData.values()).forEach(kind -> kinds.put(kind.toString(), kind));
        return kinds;
    }
}
