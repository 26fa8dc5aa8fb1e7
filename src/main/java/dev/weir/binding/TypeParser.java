package dev.weir.binding;

/** Parses the type after {@code as}: {@code name[]/subtype[attributes];format}. */
final class TypeParser {
    private static final String ATTRIBUTES = "write attributes after a subtype, as in audio/pcm[sample_rate=24000]";

    private final Cursor cursor;
    private final ExpressionParser expressions;

    TypeParser(Cursor cursor, ExpressionParser expressions) {
        this.cursor = cursor;
        this.expressions = expressions;
    }

    /** Parses the type at the cursor, and checks it. The attributes of a media type have no effect. */
    ValueType type() {
        int start = cursor.position();
        String name = cursor.name() + (cursor.skip("[]") ? "[]" : "");
        refuseBracket("the type");
        String subtype = cursor.skip("/") ? subtype(name) : "";
        String format = cursor.skip(";") ? part("") : "";
        refuseBracket("the format");
        ValueType type = Conversions.canonical(new ValueType(name, subtype, format));
        try {
            Conversions.of(type);
            return type;
        } catch (IllegalArgumentException e) {
            throw cursor.error(start, String.valueOf(e.getMessage()), Conversions.remedy(type));
        }
    }

    private void refuseBracket(String what) {
        if (cursor.at("[")) {
            throw cursor.error(cursor.position(), "'[' stands after " + what, ATTRIBUTES);
        }
    }

    /** Reads a subtype. Brackets belong to it, with all that they enclose. */
    private String subtype(String type) {
        boolean media = Conversions.isMedia(new ValueType(type, "", ""));
        StringBuilder subtype = new StringBuilder(part(";"));
        while (cursor.at("[")) {
            int start = cursor.position();
            boolean attributes = brackets(type, media);
            if (!attributes) {
                subtype.append(cursor.between(start, cursor.position()));
            }
            int end = cursor.position();
            String more = part(";");
            if (attributes && (cursor.at("[") || !more.isEmpty())) {
                throw cursor.error(end, "text stands after the attributes", ATTRIBUTES);
            }
            subtype.append(more);
        }
        return subtype.toString();
    }

    /** Reads up to the closing bracket. Returns whether the brackets hold attributes of a media type. */
    private boolean brackets(String type, boolean media) {
        int start = cursor.position();
        cursor.next();
        boolean hasName = false;
        boolean complete = media;
        boolean inPair = false;
        while (!cursor.atEnd() && !cursor.at("]")) {
            int here = cursor.position();
            if (cursor.at("${")) {
                expressions.braced();
                throw cursor.error(here, "an expression stands in the brackets of a type", "write a constant");
            }
            if (cursor.at("'") || cursor.at("\"")) {
                cursor.quoted();
                continue;
            }
            char c = cursor.next();
            hasName |= c == '=';
            complete &= c != ',' || inPair;
            inPair = c == '=' || (inPair && c != ',');
        }
        if (!cursor.skip("]")) {
            throw cursor.error(start, "'[' is not closed", "close it with ], or quote text with brackets");
        }
        if (media && !(complete && inPair)) {
            throw cursor.error(start, "the attributes are malformed", ATTRIBUTES);
        }
        if (!media && hasName) {
            throw cursor.error(start, "'" + type + "' has no attributes", "remove them, or quote text with brackets");
        }
        return media;
    }

    /** Reads up to a space, a bracket, a char of {@code ends}, or the end of the operand. Quoted parts may contain any. */
    private String part(String ends) {
        int start = cursor.position();
        while (!cursor.atEnd() && !cursor.atSpace() && (ends + "|})[").indexOf(cursor.peek()) < 0) {
            if (cursor.at("'") || cursor.at("\"")) {
                cursor.quoted();
            } else {
                cursor.next();
            }
        }
        return cursor.between(start, cursor.position());
    }
}
