package dev.weir.filter.regex;

import java.util.HashMap;
import java.util.Map;

/**
 * Translates what Python writes in another way than Java: {@code (?P<name>…)}, {@code (?P=name)}, {@code \Z}, comments
 * {@code (?#…)}, and {@code {,n}}. The rest stays as it is written.
 */
final class PythonSyntax {
    private static final String NAMED = "(?P<";
    private static final String NAMED_AGAIN = "(?P=";
    private static final String COMMENT = "(?#";

    private final String pattern;
    private final StringBuilder translated = new StringBuilder();
    private final Map<String, String> names = new HashMap<>();
    private int position;

    private PythonSyntax(String pattern) {
        this.pattern = pattern;
    }

    /**
     * Returns the pattern in the syntax of Java.
     *
     * @throws RegexSyntaxException if a name or a comment is not closed, or a name is not defined before its use
     */
    static String translated(String pattern) throws RegexSyntaxException {
        return new PythonSyntax(pattern).translated();
    }

    private String translated() throws RegexSyntaxException {
        boolean inClass = false;
        while (position < pattern.length()) {
            char c = pattern.charAt(position);
            if (c == '\\') {
                escape(inClass);
            } else if (inClass) {
                inClass = c != ']';
                copy(1);
            } else if (c == '[') {
                inClass = true;
                openClass();
            } else if (c == '(') {
                group();
            } else if (pattern.startsWith("{,", position)) {
                translated.append("{0");
                position++;
            } else {
                copy(1);
            }
        }
        return translated.toString();
    }

    private void copy(int count) {
        int end = Math.min(position + count, pattern.length());
        translated.append(pattern, position, end);
        position = end;
    }

    private void escape(boolean inClass) {
        if (pattern.startsWith("\\Q", position)) {
            int end = pattern.indexOf("\\E", position);
            copy(end < 0 ? pattern.length() : end + 2 - position);
        } else if (!inClass && pattern.startsWith("\\Z", position)) {
            translated.append("\\z");
            position += 2;
        } else {
            copy(2);
        }
    }

    /** Copies the beginning of a class. A {@code ]} at once belongs to the class. */
    private void openClass() {
        copy(pattern.startsWith("^", position + 1) ? 2 : 1);
        if (pattern.startsWith("]", position)) {
            translated.append("\\]");
            position++;
        }
    }

    private void group() throws RegexSyntaxException {
        if (pattern.startsWith(COMMENT, position)) {
            position = closing(')', "the comment", COMMENT) + 1;
        } else if (pattern.startsWith(NAMED, position)) {
            translated.append("(?<").append(name('>', NAMED, true)).append('>');
        } else if (pattern.startsWith(NAMED_AGAIN, position)) {
            translated.append("\\k<").append(name(')', NAMED_AGAIN, false)).append('>');
        } else {
            copy(1);
        }
    }

    /** Reads a group's name and returns its name in Java, which allows fewer characters. */
    private String name(char closer, String opener, boolean defines) throws RegexSyntaxException {
        int start = position;
        int end = closing(closer, "the name of the group", opener);
        String name = pattern.substring(start + opener.length(), end);
        position = end + 1;
        if (!defines && !names.containsKey(name)) {
            throw new RegexSyntaxException(
                    "the group '" + name + "' is not defined before its use",
                    "define it as (?P<" + name + ">…)",
                    start);
        }
        if (defines && names.putIfAbsent(name, "pythonGroup" + names.size()) != null) {
            throw new RegexSyntaxException("the group '" + name + "' is defined twice", "rename one of them", start);
        }
        return String.valueOf(names.get(name));
    }

    private int closing(char closer, String what, String opener) throws RegexSyntaxException {
        int end = pattern.indexOf(closer, position + opener.length());
        if (end < 0) {
            throw new RegexSyntaxException(what + " is not closed", "close it with " + closer, position);
        }
        return end;
    }
}
