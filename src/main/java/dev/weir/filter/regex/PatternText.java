package dev.weir.filter.regex;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A pattern and the position of its reader. Reads characters and the classes that a pattern names. */
final class PatternText {
    private static final Map<Integer, Integer> CONTROLS =
            Map.of((int) 't', (int) '\t', (int) 'n', (int) '\n', (int) 'r', (int) '\r', (int) 'f', (int) '\f');

    /** The general categories of Unicode by their two letters, as {@link Character#getType(int)} numbers them. */
    private static final Map<String, Integer> CATEGORIES = Arrays.stream(
                    ("Lu=1 Ll=2 Lt=3 Lm=4 Lo=5 Mn=6 Me=7 Mc=8 Nd=9 Nl=10 No=11 Zs=12 Zl=13 Zp=14 Cc=15 Cf=16 Co=18 Cs=19 "
                                    + "Pd=20 Ps=21 Pe=22 Pc=23 Po=24 Sm=25 Sc=26 Sk=27 So=28 Pi=29 Pf=30")
                            .split(" ", -1))
            .map(entry -> entry.split("=", -1))
            .collect(Collectors.toUnmodifiableMap(entry -> entry[0], entry -> Integer.valueOf(entry[1])));

    private final String pattern;
    private int at;

    PatternText(String pattern) {
        this.pattern = pattern;
    }

    int position() {
        return at;
    }

    /** The text that was read since {@code from}. */
    String since(int from) {
        return pattern.substring(from, at);
    }

    boolean isAtEnd() {
        return at == pattern.length();
    }

    boolean peek(String text) {
        return pattern.startsWith(text, at);
    }

    boolean skip(String text) {
        boolean there = peek(text);
        at += there ? text.length() : 0;
        return there;
    }

    /** The next code point; there must be one. */
    int next() {
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** Reads up to {@code end} and moves behind it. Returns null and does not move if {@code end} does not follow. */
    @Nullable
    String until(String end) {
        int to = pattern.indexOf(end, at);
        if (to < 0) {
            return null;
        }
        String text = pattern.substring(at, to);
        at = to + end.length();
        return text;
    }

    void goBack(int to) {
        at = to;
    }

    RegexSyntaxException error(String message, String remedy, int offset) {
        return new RegexSyntaxException(message, remedy, offset);
    }

    /** Reads a class or a character after a backslash at {@code from}. */
    CodePoints escaped(int from) throws RegexSyntaxException {
        if (isAtEnd()) {
            throw error("a backslash ends the pattern", "write \\\\ for the character", from);
        }
        int c = next();
        return switch (c) {
            case 'd' -> CodePoints.DIGITS;
            case 'D' -> CodePoints.DIGITS.negated();
            case 'w' -> CodePoints.WORD;
            case 'W' -> CodePoints.WORD.negated();
            case 's' -> CodePoints.SPACES;
            case 'S' -> CodePoints.SPACES.negated();
            case 'p' -> property(from);
            case 'P' -> property(from).negated();
            default -> {
                int character = character(c, from);
                yield CodePoints.range(character, character);
            }
        };
    }

    private int character(int c, int from) throws RegexSyntaxException {
        if (CONTROLS.containsKey(c)) {
            return CONTROLS.get(c);
        }
        if (c == 'x' && skip("{")) {
            String digits = until("}");
            return hexadecimal(digits == null ? "" : digits, from);
        }
        if (c == 'x' || c == 'u') {
            int end = Math.min(pattern.length(), at + (c == 'x' ? 2 : 4));
            String digits = pattern.substring(at, end);
            at = end;
            return hexadecimal(digits, from);
        }
        if (Character.isLetterOrDigit(c)) {
            String remedy = Character.isDigit(c)
                    ? "a match cannot refer to its own parts here; write the pattern out"
                    : "known are \\d \\w \\s \\b \\p{…} and their opposites, \\A \\z \\t \\n \\r \\f \\xHH \\x{…} \\uHHHH";
            throw error("'" + since(from) + "' is not known", remedy, from);
        }
        return c;
    }

    private int hexadecimal(String digits, int from) throws RegexSyntaxException {
        if (digits.matches("[0-9A-Fa-f]{1,6}")) {
            int c = Integer.parseInt(digits, 16);
            if (c <= Character.MAX_CODE_POINT) {
                return c;
            }
        }
        throw error(
                "'" + since(from) + "' names no character", "write its number in hexadecimal, as in \\x{AC00}", from);
    }

    private CodePoints property(int from) throws RegexSyntaxException {
        String name = skip("{") ? until("}") : isAtEnd() ? null : Character.toString(next());
        if (name == null) {
            throw error("'\\p' names no class", "write \\p{L}, \\p{Lu} or \\p{Hangul}", from);
        }
        if (name.length() <= 2) {
            int[] types = CATEGORIES.entrySet().stream()
                    .filter(category -> category.getKey().startsWith(name))
                    .mapToInt(Map.Entry::getValue)
                    .toArray();
            if (types.length > 0) {
                return CodePoints.that(c -> isOneOf(types, Character.getType(c)));
            }
        }
        return CodePoints.that(ofScript(name, from));
    }

    private static boolean isOneOf(int[] types, int type) {
        for (int each : types) {
            if (each == type) {
                return true;
            }
        }
        return false;
    }

    private IntPredicate ofScript(String name, int from) throws RegexSyntaxException {
        String script = name.startsWith("Is") ? name.substring(2) : name;
        try {
            Character.UnicodeScript known = Character.UnicodeScript.forName(script.toUpperCase(Locale.ROOT));
            return c -> Character.UnicodeScript.of(c) == known;
        } catch (IllegalArgumentException e) {
            throw error(
                    "'" + since(from) + "' names no class",
                    "write a general category of Unicode, such as \\p{L}, or a script, such as \\p{Hangul}",
                    from);
        }
    }
}
