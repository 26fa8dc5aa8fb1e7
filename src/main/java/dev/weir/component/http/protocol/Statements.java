package dev.weir.component.http.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the value of an error member states an error. Null, a blank text, false, a word such as "none", and a
 * list or object of only such values state nothing. A number is a code: zero, a success status and a fraction, which is a
 * measurement, state nothing.
 */
final class Statements {
    private static final Set<String> NOTHING = Set.of(
            "",
            "-",
            "false",
            "null",
            "nil",
            "none",
            "n/a",
            "na",
            "ok",
            "success",
            "successful",
            "succeeded",
            "noerror",
            "no error",
            "no errors",
            "no_error",
            "undefined");

    private static final int MOST_DIGITS = 9;
    /** The longest of these words. Java changes the case of some long texts slowly. */
    private static final int LONGEST_WORD = 100;

    private static final int FIRST_SUCCESS = 200;
    private static final int AFTER_SUCCESS = 300;

    private Statements() {}

    static boolean says(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(Statements::says);
        }
        if (value instanceof List<?> list) {
            return list.stream().anyMatch(Statements::says);
        }
        if (value instanceof String text) {
            if (text.strip().length() > LONGEST_WORD) {
                return true;
            }
            String word = text.strip().toLowerCase(Locale.ROOT);
            return isCode(word) ? says(Integer.parseInt(word)) : !NOTHING.contains(word);
        }
        if (value instanceof Number number) {
            return says(number.doubleValue());
        }
        return Boolean.TRUE.equals(value);
    }

    private static boolean says(double code) {
        return code != 0 && code == Math.rint(code) && !(code >= FIRST_SUCCESS && code < AFTER_SUCCESS);
    }

    private static boolean isCode(String word) {
        return !word.isEmpty() && word.length() <= MOST_DIGITS && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
