package dev.weir.filter.regex;

/** Parses a class of characters, {@code [a-z\d]} or {@code [^…]}, behind its first bracket. */
final class RegexClassParser {
    private final PatternText text;
    private final int from;

    RegexClassParser(PatternText text, int from) {
        this.text = text;
        this.from = from;
    }

    CodePoints rest() throws RegexSyntaxException {
        boolean negated = text.skip("^");
        CodePoints set = CodePoints.NONE;
        boolean first = true;
        while (first || !text.skip("]")) {
            first = false;
            set = set.or(item());
        }
        CodePoints all = negated ? set.negated() : set;
        if (all.isEmpty()) {
            throw text.error("'" + text.since(from) + "' has no characters", "remove it", from);
        }
        return all;
    }

    private CodePoints item() throws RegexSyntaxException {
        int begin = text.position();
        if (text.peek("[") || text.peek("&&")) {
            throw text.error("classes cannot be nested", "write \\[ or \\& for the character, or one class", begin);
        }
        CodePoints item = single(begin);
        int dash = text.position();
        if (!text.skip("-")) {
            return item;
        }
        if (text.isAtEnd() || text.peek("]")) {
            text.goBack(dash); // A dash at the end of the class is a character.
            return item;
        }
        CodePoints end = single(text.position());
        int[] first = item.bounds().toArray();
        int[] last = end.bounds().toArray();
        if (!isOne(first) || !isOne(last) || last[0] < first[0]) {
            throw text.error(
                    "'" + text.since(begin) + "' is not a range of characters", "write the lower one first", begin);
        }
        return CodePoints.range(first[0], last[0]);
    }

    private static boolean isOne(int[] bounds) {
        return bounds.length == 2 && bounds[1] == bounds[0] + 1;
    }

    private CodePoints single(int begin) throws RegexSyntaxException {
        if (text.isAtEnd()) {
            throw text.error("'[' is not closed", "write \\[ for the character", from);
        }
        int c = text.next();
        return c == '\\' ? text.escaped(begin) : CodePoints.range(c, c);
    }
}
