package dev.weir.jinja;

import dev.weir.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, read from first to last. */
final class TokenStream {
    /** The deepest nesting, as for brackets in Python. */
    private static final int MAX_DEPTH = 200;

    private final List<Token> tokens;
    private int next;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token ahead() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    boolean takeOperator(String operator) {
        boolean found = peek().isOperator(operator);
        next += found ? 1 : 0;
        return found;
    }

    boolean takeName(String name) {
        boolean found = peek().isName(name);
        next += found ? 1 : 0;
        return found;
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    Token expect(Kind kind, String wanted) {
        if (peek().kind() != kind) {
            throw unexpected(wanted);
        }
        return take();
    }

    String name() {
        return expect(Kind.NAME, "a name").text();
    }

    /** Enters brackets or a block, one level deeper. */
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JinjaException("the template is nested too deeply (at most " + MAX_DEPTH + " levels)", peek());
        }
    }

    void leave() {
        depth--;
    }

    JinjaException unexpected(String wanted) {
        return new JinjaException("unexpected " + peek() + ", " + wanted + " was expected", peek());
    }
}
