package dev.weir.messages;

import dev.weir.messages.Messages.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of style that a machine can check in a single message. */
final class MessageRules {
    /** Texts that are fixed by the API, by HTTP or by Jinja; the last text is read by a model. */
    private static final Set<String> FIXED = Set.of(
            "Streaming output is only allowed when output_only=true.",
            "Can only get item pairs from a mapping.",
            "The fill character must be exactly one character long",
            "Object of type {kind} is not JSON serializable",
            "No aggregated item, sequence was empty.",
            "No {first|last} item, sequence was empty.",
            "the inline if-expression evaluated to false and no else section was defined.",
            "Events gone",
            "Water turns the old wheel. 물레방아는 천천히 돌아갑니다. 0 1 2 3!");

    private static final Pattern VALUE = Pattern.compile("\\{[^{} ]*}");
    private static final Pattern PRONOUN = Pattern.compile(
            "^(it|its|they|their|we|you|he|she|one|(this|that|these|those) (is|are|has|have|was|must))\\b");
    private static final Pattern SENTENCE_CASE = Pattern.compile("^(?!Java\\b|Weir\\b)\\p{Lu}\\p{Ll}+\\b(?![-_])");

    private static final Pattern FULL_STOP = Pattern.compile("[^.][.!]$");

    private static final Map<String, Pattern> RULES = new LinkedHashMap<>();

    static {
        RULES.put(
                "the subject is no noun",
                Pattern.compile("^(who|whoever|what|whatever|somebody|someone|anyone|nobody)\\b"));
        RULES.put(
                "a person has no role",
                Pattern.compile("\\b(who|whom|whoever|somebody|someone|anybody|anyone|nobody|everybody)\\b"));
        RULES.put("a contraction", Pattern.compile("\\b(\\w+n't|(it|that|there|here)'s|(they|you|we)'(re|ll|ve))\\b"));
        RULES.put("American spelling", Pattern.compile("\\b(cancel(ed|ing)|behaviors?|favor|honor|recogniz\\w+)\\b"));
        RULES.put(
                "a private word",
                Pattern.compile("\\b(told|beat|patience|gone|for ever|(is|are) (over|left)|left over|take away)\\b"));
        RULES.put(
                "another word for a fault that has one (too large, too long, nested too deeply, retry later)",
                Pattern.compile("\\b(too big|too deep|try again later|larger than|nested more|in each other)\\b"));
    }

    private MessageRules() {}

    /** The rules that a line breaks. */
    static List<String> broken(Kind kind, String line) {
        String words = VALUE.matcher(line).replaceAll("{}");
        List<String> broken = new ArrayList<>();
        if (FIXED.contains(line)) {
            return broken;
        }
        RULES.forEach((rule, pattern) -> {
            if (pattern.matcher(words).find()) {
                broken.add(rule);
            }
        });
        // The page shows whole sentences.
        if (kind == Kind.PAGE) {
            return broken;
        }
        if (FULL_STOP.matcher(words).find()) {
            broken.add("a full stop or an exclamation mark at the end");
        }
        // Causes and other texts may follow the name of a thing.
        if (kind != Kind.CAUSE && kind != Kind.OTHER && PRONOUN.matcher(words).find()) {
            broken.add("the subject is a pronoun");
        }
        if (kind != Kind.TITLE
                && kind != Kind.OTHER
                && SENTENCE_CASE.matcher(words).find()) {
            broken.add("an upper-case letter at the beginning");
        }
        return broken;
    }
}
