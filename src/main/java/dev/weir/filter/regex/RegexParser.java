package dev.weir.filter.regex;

import dev.weir.filter.regex.RegexNode.Assertion;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the syntax that RE2 and {@code java.util.regex} have in common. Excluded are lazy and possessive repetitions,
 * because a match is the longest, and back-references, lookahead and lookbehind, because time must be linear.
 *
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2's syntax</a>
 */
public final class RegexParser {
    private static final int MOST_REPETITIONS = 1_000;
    private static final int DEEPEST = 200;

    private final PatternText text;
    private Flags flags;
    private int depth;

    private record Flags(boolean ignoreCase, boolean dotIsAll, boolean multiline) {
        Flags with(char flag, boolean on) {
            return new Flags(flag == 'i' ? on : ignoreCase, flag == 's' ? on : dotIsAll, flag == 'm' ? on : multiline);
        }
    }

    private RegexParser(PatternText text, Flags flags) {
        this.text = text;
        this.flags = flags;
    }

    /**
     * Parses a pattern.
     *
     * @throws RegexSyntaxException if the pattern is malformed, or uses an excluded or unknown construct
     */
    public static RegexNode parse(String pattern, boolean ignoreCase) throws RegexSyntaxException {
        PatternText text = new PatternText(pattern);
        RegexNode node = new RegexParser(text, new Flags(ignoreCase, false, false)).either();
        if (!text.isAtEnd()) {
            throw text.error("')' closes nothing", "write \\) for the character", text.position());
        }
        return node;
    }

    private RegexNode either() throws RegexSyntaxException {
        List<RegexNode> choices = new ArrayList<>();
        do {
            choices.add(sequence());
        } while (text.skip("|"));
        return choices.size() == 1 ? choices.get(0) : new RegexNode.Either(choices);
    }

    private RegexNode sequence() throws RegexSyntaxException {
        List<RegexNode> parts = new ArrayList<>();
        while (!text.isAtEnd() && !text.peek("|") && !text.peek(")")) {
            int from = text.position();
            if (text.skip("*") || text.skip("+") || text.skip("?")) {
                throw text.error(
                        "there is nothing for '" + text.since(from) + "' to repeat",
                        "write \\" + text.since(from) + " for the character",
                        from);
            }
            parts.add(repeated(atom()));
        }
        return parts.size() == 1 ? parts.get(0) : new RegexNode.Sequence(parts);
    }

    private RegexNode repeated(RegexNode what) throws RegexSyntaxException {
        int from = text.position();
        RegexNode node = what;
        if (text.skip("*")) {
            node = new RegexNode.Repeated(what, 0, RegexNode.UNBOUNDED);
        } else if (text.skip("+")) {
            node = new RegexNode.Repeated(what, 1, RegexNode.UNBOUNDED);
        } else if (text.skip("?")) {
            node = new RegexNode.Repeated(what, 0, 1);
        } else if (text.skip("{")) {
            node = counted(what, from);
        }
        if (node != what && (text.peek("?") || text.peek("+") || text.peek("*"))) {
            text.next();
            throw text.error(
                    "'" + text.since(from) + "' is lazy, possessive or repeats twice, and matches here are the longest",
                    "say what may not be in it, as in \"[^\"]*\" instead of \".*?\"",
                    from);
        }
        return node;
    }

    private RegexNode counted(RegexNode what, int from) throws RegexSyntaxException {
        String bounds = text.until("}");
        if (bounds == null || !bounds.matches("\\d{1,4}(,\\d{0,4})?")) {
            throw text.error("'{' has no count", "write {2}, {2,} or {2,5}, and \\{ for the character", from);
        }
        int comma = bounds.indexOf(',');
        int least = Integer.parseInt(comma < 0 ? bounds : bounds.substring(0, comma));
        int most = comma < 0
                ? least
                : comma == bounds.length() - 1 ? RegexNode.UNBOUNDED : Integer.parseInt(bounds.substring(comma + 1));
        if (most < least || least > MOST_REPETITIONS || (most > MOST_REPETITIONS && most < RegexNode.UNBOUNDED)) {
            throw text.error(
                    "'" + text.since(from) + "' is not a count",
                    "write the lower number first, and none above " + MOST_REPETITIONS,
                    from);
        }
        return new RegexNode.Repeated(what, least, most);
    }

    private RegexNode atom() throws RegexSyntaxException {
        int from = text.position();
        int c = text.next();
        return switch (c) {
            case '(' -> group(from);
            case '[' -> one(new RegexClassParser(text, from).rest());
            case '.' -> new RegexNode.One(flags.dotIsAll() ? CodePoints.ANY : CodePoints.LINE_FEED.negated());
            case '^' -> new RegexNode.AssertionNode(flags.multiline() ? Assertion.LINE_BEGINS : Assertion.TEXT_BEGINS);
            case '$' -> new RegexNode.AssertionNode(flags.multiline() ? Assertion.LINE_ENDS : Assertion.TEXT_ENDS);
            case '\\' -> escaped(from);
            default -> one(CodePoints.range(c, c));
        };
    }

    private RegexNode one(CodePoints set) {
        return new RegexNode.One(flags.ignoreCase() ? set.ignoringCase() : set);
    }

    private RegexNode escaped(int from) throws RegexSyntaxException {
        if (text.skip("b")) {
            return new RegexNode.AssertionNode(Assertion.WORD_EDGE);
        }
        if (text.skip("B")) {
            return new RegexNode.AssertionNode(Assertion.NO_WORD_EDGE);
        }
        if (text.skip("A")) {
            return new RegexNode.AssertionNode(Assertion.TEXT_BEGINS);
        }
        if (text.skip("z")) {
            return new RegexNode.AssertionNode(Assertion.TEXT_ENDS);
        }
        return one(text.escaped(from));
    }

    private RegexNode group(int from) throws RegexSyntaxException {
        if (++depth > DEEPEST) {
            throw text.error(
                    "parentheses are nested too deeply (at most " + DEEPEST + " levels)", "nest them less", from);
        }
        Flags outer = flags;
        if (text.skip("?") && isFlagsOnly(from)) {
            depth--;
            return new RegexNode.Sequence(List.of());
        }
        RegexNode node = either();
        if (!text.skip(")")) {
            throw text.error("'(' is not closed", "write \\( for the character", from);
        }
        flags = outer;
        depth--;
        return node;
    }

    /** Reads the name or the flags after {@code (?}; the name is ignored. Returns true if the flags apply to all that follows. */
    private boolean isFlagsOnly(int from) throws RegexSyntaxException {
        if ((text.skip("P<") || text.skip("<")) && !text.peek("=") && !text.peek("!")) {
            String name = text.until(">");
            if (name != null && name.matches("[A-Za-z]\\w*")) {
                return false;
            }
        }
        boolean on = true;
        while (!text.isAtEnd()) {
            int flag = text.next();
            if (flag == ':' || flag == ')') {
                return flag == ')';
            }
            if (flag == '-' && on) {
                on = false;
            } else if (flag == 'i' || flag == 's' || flag == 'm') {
                flags = flags.with((char) flag, on);
            } else {
                break;
            }
        }
        throw text.error(
                "'" + text.since(from) + "' is not a known group",
                "known are (…), (?:…), (?i), (?s) and (?m); there is no lookahead and no lookbehind",
                from);
    }
}
