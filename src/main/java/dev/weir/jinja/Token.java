package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a template.
 *
 * @param text as it stands in the source, or a text between tags after trimming
 * @param value of a literal
 * @param line from 1
 */
record Token(Kind kind, String text, @Nullable Object value, int line) {
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
        return kind == Kind.END ? "the end of the template" : "'" + text + "'";
    }
}
