package dev.weir.jinja;

import dev.weir.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into texts and tags, and trims the white space around tags. Without a sign it removes the line break after a
 * block or comment, and the blanks before a block or comment that begins a line. A {@code -} removes all white space on its side,
 * a {@code +} keeps it.
 */
final class Lexer {
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|\r");
    private static final Pattern RAW = Pattern.compile("\\s*raw\\s*(?:-%\\}\\s*|%\\})");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\n?)");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int counted;
    private int lineBegin;
    /** The index of the current tag's begin. */
    private int tagBegin;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = LINE_BREAK.matcher(template).replaceAll("\n");
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        while (lexer.position < lexer.source.length()) {
            lexer.readText();
        }
        lexer.add(Kind.END, "");
        return lexer.tokens;
    }

    private void add(Kind kind, String text) {
        add(kind, text, position);
    }

    private void add(Kind kind, String text, int at) {
        countTo(at);
        tokens.add(new Token(kind, text, null, line, column(at)));
    }

    /** Counts the lines up to the index {@code at}. */
    private void countTo(int at) {
        for (; counted < at; counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
                lineBegin = counted + 1;
            }
        }
    }

    private int column(int at) {
        return at - lineBegin + 1;
    }

    private JinjaException failure(String message, int at) {
        countTo(at);
        return new JinjaException(message, line, column(at));
    }

    /** Reads the text up to the next tag, and that tag. */
    private void readText() {
        int begin = position;
        int tag = begin;
        while (tag >= 0 && !isTag(tag)) {
            tag = source.indexOf('{', tag + 1);
        }
        if (tag < 0) {
            add(Kind.TEXT, source.substring(begin));
            position = source.length();
            return;
        }
        tagBegin = tag;
        char kind = source.charAt(tag + 1);
        String sign = signAt(tag + 2);
        addText(begin, tag, sign, kind == '{');
        position = tag + 2 + sign.length();
        switch (kind) {
            case '#' -> skipComment();
            case '{' -> readTag(Kind.PRINT_BEGIN, Kind.PRINT_END, "}}");
            default -> readBlock();
        }
    }

    private boolean isTag(int at) {
        return at + 1 < source.length() && source.charAt(at) == '{' && "{%#".indexOf(source.charAt(at + 1)) >= 0;
    }

    private String signAt(int at) {
        return at < source.length() && "+-".indexOf(source.charAt(at)) >= 0 ? source.substring(at, at + 1) : "";
    }

    private void addText(int begin, int end, String sign, boolean print) {
        String text = source.substring(begin, end);
        if (sign.equals("-")) {
            text = PythonText.trimmedRight(text);
        } else if (sign.isEmpty() && !print) {
            int lineStart = text.lastIndexOf('\n') + 1;
            boolean beginsLine = lineStart > 0 || begin == 0 || source.charAt(begin - 1) == '\n';
            if (beginsLine && PythonText.isSpace(text.substring(lineStart))) {
                text = text.substring(0, lineStart);
            }
        }
        if (!text.isEmpty()) {
            add(Kind.TEXT, text);
        }
    }

    private void skipComment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw failure("a comment has no end", tagBegin);
        }
        char before = end > position ? source.charAt(end - 1) : ' ';
        position = end + 2;
        skipAfter(before == '-' ? "-" : before == '+' ? "+" : "");
    }

    private void skipAfter(String sign) {
        if (sign.equals("-")) {
            skipSpace();
        } else if (sign.isEmpty() && source.startsWith("\n", position)) {
            position++;
        }
    }

    private void skipSpace() {
        while (position < source.length() && PythonText.isSpace(source.charAt(position))) {
            position++;
        }
    }

    private void readBlock() {
        Matcher raw = RAW.matcher(source).region(position, source.length());
        if (!raw.lookingAt()) {
            readTag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
            return;
        }
        Matcher end = END_RAW.matcher(source);
        if (!end.find(raw.end())) {
            throw failure("a raw block has no end", tagBegin);
        }
        addText(raw.end(), end.start(), end.group(1), false);
        position = end.end();
    }

    private void readTag(Kind begin, Kind end, String mark) {
        add(begin, source.substring(tagBegin, tagBegin + 2), tagBegin);
        TagLexer tag = new TagLexer(source, position);
        Token opening = tokens.get(tokens.size() - 1);
        while (true) {
            skipSpace();
            if (position == source.length()) {
                throw new JinjaException("a tag has no end", opening);
            }
            if (!tag.isNested()) {
                String sign = signAt(position);
                if (source.startsWith(mark, position + sign.length()) && (end == Kind.BLOCK_END || !sign.equals("+"))) {
                    add(end, mark);
                    position += sign.length() + mark.length();
                    skipAfter(end == Kind.PRINT_END && sign.isEmpty() ? "+" : sign);
                    return;
                }
            }
            countTo(position);
            tokens.add(tag.next(position, line, column(position)));
            position = tag.position();
        }
    }
}
