package dev.weir.jinja;

import java.util.List;

/** Python's {@code pattern.format(…)} with fields {@code {}}, <code>{0}</code> and {@code {name}}. */
final class FieldFormat {
    private FieldFormat() {}

    /** Throws the failures of {@link #format} that do not depend on the values. */
    static void check(String pattern) {
        int at = 0;
        while ((at = bracket(pattern, at)) < pattern.length()) {
            at = isDoubled(pattern, at) ? at + 2 : field(pattern, at) + 1;
        }
    }

    static String format(String pattern, Arguments arguments) {
        TextBuffer text = new TextBuffer(arguments.budget());
        int next = 0;
        int from = 0;
        int at = 0;
        while ((at = bracket(pattern, at)) < pattern.length()) {
            text.append(pattern, from, at);
            if (isDoubled(pattern, at)) {
                text.append(pattern.charAt(at));
                from = at + 2;
            } else {
                int end = field(pattern, at);
                String name = pattern.substring(at + 1, end);
                text.append(value(name.isEmpty() ? String.valueOf(next++) : name, arguments));
                from = end + 1;
            }
            at = from;
        }
        return text.append(pattern, from, pattern.length()).toString();
    }

    /** Returns the index of the next bracket, or of the end. */
    private static int bracket(String pattern, int from) {
        int at = from;
        while (at < pattern.length() && pattern.charAt(at) != '{' && pattern.charAt(at) != '}') {
            at++;
        }
        return at;
    }

    private static boolean isDoubled(String pattern, int at) {
        return at + 1 < pattern.length() && pattern.charAt(at + 1) == pattern.charAt(at);
    }

    /** Returns the index of the bracket that ends the field at {@code begin}. */
    private static int field(String pattern, int begin) {
        int end = bracket(pattern, begin + 1);
        if (pattern.charAt(begin) != '{' || end == pattern.length() || pattern.charAt(end) != '}') {
            throw JinjaException.type("single '" + pattern.charAt(begin) + "' in a format");
        }
        for (int i = begin + 1; i < end; i++) {
            if (":!.[".indexOf(pattern.charAt(i)) >= 0) {
                throw JinjaException.type(
                        "unsupported format field '{" + PythonText.shown(pattern.substring(begin + 1, end))
                                + "}' (must be empty, a number or a name)");
            }
        }
        return end;
    }

    private static String value(String name, Arguments arguments) {
        if (name.length() <= 9 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int index = Integer.parseInt(name);
            List<?> values = arguments.positional();
            if (index >= values.size()) {
                throw JinjaException.type("not enough arguments for format string");
            }
            return PythonText.of(values.get(index), arguments.budget());
        }
        arguments.budget().charge(name.length());
        if (!arguments.named().containsKey(name)) {
            throw JinjaException.type("the format has no value for '" + PythonText.shown(name) + "'");
        }
        return PythonText.of(arguments.named().get(name), arguments.budget());
    }
}
