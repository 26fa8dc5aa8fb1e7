package dev.weir.messages;

import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A text as the code builds it: words, and placeholders for values. */
sealed interface Text {
    /** Options up to this length are in one line; longer options make a line each. */
    int SHORT = 40;

    /** The most lines of one text. */
    int MOST_LINES = 40;

    Pattern WORD = Pattern.compile("\\p{L}{2,}");

    /**
     * Words of the code.
     *
     * @param origin the literal of the words
     */
    record Words(String words, Tree origin) implements Text {}

    record Value(String name) implements Text {}

    /** A parameter of the method that builds the text. */
    record Parameter(int index, String name) implements Text {}

    record Joined(List<Text> parts) implements Text {
        public Joined {
            parts = List.copyOf(parts);
        }
    }

    record Choice(List<Text> options) implements Text {
        public Choice {
            options = List.copyOf(options);
        }
    }

    static Text joined(List<Text> parts) {
        return parts.size() == 1 ? parts.get(0) : new Joined(parts);
    }

    static Text choice(List<Text> options) {
        List<Text> distinct = options.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : new Choice(distinct);
    }

    /** This text with phrases in place of its parameters, and with values for arguments that are not phrases. */
    default Text filled(List<Text> arguments) {
        if (this instanceof Parameter parameter) {
            Text argument = parameter.index < arguments.size() ? arguments.get(parameter.index) : this;
            // A single word, such as the name of a setting, is treated as a value.
            return argument.open() || argument.isPhrase() || argument.isEmpty() ? argument : new Value(parameter.name);
        } else if (this instanceof Joined joined) {
            return new Joined(
                    joined.parts.stream().map(part -> part.filled(arguments)).toList());
        } else if (this instanceof Choice choice) {
            return choice(choice.options.stream()
                    .map(option -> option.filled(arguments))
                    .toList());
        }
        return this;
    }

    /** Whether a part of this text is a parameter. */
    default boolean open() {
        if (this instanceof Joined joined) {
            return joined.parts.stream().anyMatch(Text::open);
        } else if (this instanceof Choice choice) {
            return choice.options.stream().anyMatch(Text::open);
        }
        return this instanceof Parameter;
    }

    /** Whether the code gives at least one word of this text. */
    default boolean hasWords() {
        if (this instanceof Words literal) {
            return WORD.matcher(literal.words).find();
        } else if (this instanceof Joined joined) {
            return joined.parts.stream().anyMatch(Text::hasWords);
        } else if (this instanceof Choice choice) {
            return choice.options.stream().anyMatch(Text::hasWords);
        }
        return false;
    }

    /** Whether the code gives several words of this text. */
    default boolean isPhrase() {
        return this instanceof Choice choice
                ? choice.options.stream().anyMatch(Text::isPhrase)
                : hasWords() && line().strip().contains(" ");
    }

    private boolean isEmpty() {
        return this instanceof Words literal && literal.words.isEmpty();
    }

    /** Gives each literal of this text to {@code action}, except single words, which may be parts of several texts. */
    default void phrases(Consumer<Tree> action) {
        if (this instanceof Words literal) {
            if (literal.words.contains(" ")) {
                action.accept(literal.origin);
            }
        } else if (this instanceof Joined joined) {
            joined.parts.forEach(part -> part.phrases(action));
        } else if (this instanceof Choice choice) {
            choice.options.forEach(option -> option.phrases(action));
        }
    }

    /** The lines of the golden file: one for each combination of long options. */
    default List<Text> split() {
        if (this instanceof Choice choice) {
            return choice.options.stream()
                    .flatMap(option -> option.split().stream())
                    .toList();
        } else if (this instanceof Joined joined) {
            List<Text> lines = List.of(new Joined(List.of()));
            for (Text part : joined.parts) {
                List<Text> options = part.isLong() ? part.split() : List.of(part);
                if (lines.size() * options.size() > MOST_LINES) {
                    options = List.of(part);
                }
                List<Text> next = new ArrayList<>();
                for (Text line : lines) {
                    options.forEach(option -> next.add(new Joined(List.of(line, option))));
                }
                lines = next;
            }
            return lines;
        }
        return List.of(this);
    }

    private boolean isLong() {
        if (this instanceof Choice choice) {
            return choice.options.stream()
                    .anyMatch(option -> option.isLong() || option.line().length() > SHORT);
        }
        return this instanceof Joined joined && joined.parts.stream().anyMatch(Text::isLong);
    }

    /** This text in one line. */
    default String line() {
        if (this instanceof Words literal) {
            return literal.words.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
        } else if (this instanceof Value value) {
            return "{" + value.name + "}";
        } else if (this instanceof Parameter parameter) {
            return "{" + parameter.name + "}";
        } else if (this instanceof Joined joined) {
            return joined.parts.stream().map(Text::line).collect(Collectors.joining());
        } else if (this instanceof Choice choice) {
            Set<String> options = choice.options.stream()
                    .map(option -> option instanceof Value value ? value.name : option.line())
                    .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
            return "{" + String.join("|", options) + "}";
        }
        throw new AssertionError(this);
    }
}
