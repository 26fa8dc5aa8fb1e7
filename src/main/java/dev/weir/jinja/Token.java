package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/**
 * A token of a template.
 *
 * @param text the source text; for a text between tags, the trimmed text
 * @param value the value of a literal; otherwise null
 * @param line from 1
 * @param column from 1, counted in characters (UTF-16)
 */
record Token(Kind kind, String text, @Nullable Object value, int line, int column) {
    private static final int SHOWN = 40;

    enum Kind {
        TEXT,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    @Override
    public String toString() {
        if (kind == Kind.END) {
            return "the end of the template";
        }
        return "'" + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + "'";
    }
}
