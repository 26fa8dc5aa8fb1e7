package dev.weir.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's two ways to fill values into a text: {@code '%s' % value} and {@code '{}'.format(value)}. */
final class PercentFormat {
    private static final Pattern DIRECTIVE = Pattern.compile(
            "%(?:\\((?<key>[^)]*)\\))?(?<flags>[-+ #0]*)(?<width>[0-9]{0,4})(?:\\.(?<precision>[0-9]{0,3}))?(?<type>.?)",
            Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{(?<name>[^{}]*)\\}|[{}]");

    private PercentFormat() {}

    /** @param values a list for several directives, a mapping for named ones, or the one value */
    static String format(String pattern, @Nullable Object values) {
        Matcher directives = DIRECTIVE.matcher(pattern);
        StringBuilder text = new StringBuilder();
        int used = 0;
        while (directives.find()) {
            String filled = "%";
            if (!directives.group("type").equals("%")) {
                Object value = directives.group("key") != null
                        ? named(values, directives.group("key"))
                        : positional(values, used++);
                filled = filled(directives, value);
            }
            directives.appendReplacement(text, Matcher.quoteReplacement(filled));
            Budget.checkCharacters(text.length());
        }
        if (used > 0 && values instanceof List<?> list && used < list.size()) {
            throw JinjaException.type("not all arguments converted during string formatting");
        }
        return directives.appendTail(text).toString();
    }

    private static @Nullable Object named(@Nullable Object values, String key) {
        if (values instanceof Map<?, ?> map && map.containsKey(key)) {
            return map.get(key);
        }
        throw JinjaException.type("the format has no value for '" + key + "'");
    }

    private static @Nullable Object positional(@Nullable Object values, int index) {
        if (values instanceof List<?> list ? index < list.size() : index == 0) {
            return values instanceof List<?> list ? list.get(index) : values;
        }
        throw JinjaException.type("not enough arguments for format string");
    }

    private static String filled(Matcher directive, @Nullable Object value) {
        String flags = directive.group("flags");
        String width = directive.group("width");
        String precision = directive.group("precision");
        String type = directive.group("type");
        String text = switch (type) {
            case "s" -> cut(PythonText.of(value), precision);
            case "r" -> cut(PythonText.repr(value), precision);
            case "d", "i", "u" -> number(flags, width, "", "d", (long) Operators.decimal(value));
            case "x", "X", "o" -> number(flags, width, "", type, Operators.whole(value));
            case "f", "F", "e", "E" ->
                number(
                        flags,
                        width,
                        "." + (precision == null ? "6" : precision),
                        type.toLowerCase(Locale.ROOT),
                        Operators.decimal(value));
            case "g", "G" -> PythonText.number(Operators.decimal(value)).replaceFirst("\\.0$", "");
            case "c" -> value instanceof Long c ? Character.toString(c.intValue()) : PythonText.of(value);
            default -> throw JinjaException.type("unsupported format '%" + type + "'");
        };
        return padded(text, width, flags.contains("-"));
    }

    private static String number(String flags, String width, String precision, String type, Object value) {
        String kept = flags.replace("-", "");
        boolean padsWithZeros = kept.contains("0") && !flags.contains("-") && !width.isEmpty();
        kept = kept.replace("0", "");
        return String.format(Locale.ROOT, "%" + kept + (padsWithZeros ? "0" + width : "") + precision + type, value);
    }

    private static String cut(String text, @Nullable String precision) {
        return precision == null
                ? text
                : text.codePoints()
                        .limit(precision.isEmpty() ? 0 : Integer.parseInt(precision))
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static String padded(String text, String width, boolean left) {
        int missing = width.isEmpty() ? 0 : Integer.parseInt(width) - text.codePointCount(0, text.length());
        String blanks = " ".repeat(Math.max(0, missing));
        return left ? text + blanks : blanks + text;
    }

    /** {@code pattern.format(…)} with fields {@code {}}, <code>{0}</code> and {@code {name}}. */
    static String fields(String pattern, Arguments arguments) {
        Matcher fields = FIELD.matcher(pattern);
        StringBuilder text = new StringBuilder();
        int next = 0;
        while (fields.find()) {
            String name = fields.group("name");
            String filled;
            if (name == null) {
                if (fields.group().length() == 1) {
                    throw JinjaException.type("single '" + fields.group() + "' in a format");
                }
                filled = fields.group().substring(1);
            } else if (name.isEmpty()) {
                filled = PythonText.of(positional(arguments.positional(), next++));
            } else if (name.matches("[0-9]{1,4}")) {
                filled = PythonText.of(positional(arguments.positional(), Integer.parseInt(name)));
            } else {
                filled = PythonText.of(named(arguments.named(), name));
            }
            fields.appendReplacement(text, Matcher.quoteReplacement(filled));
            Budget.checkCharacters(text.length());
        }
        return fields.appendTail(text).toString();
    }
}
