package dev.weir.jinja;

import dev.weir.jinja.Statement.Sequence;
import dev.weir.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the statements of a template. */
final class StatementParser {
    private static final Sequence EMPTY = new Sequence(List.of(), List.of());

    private final TokenStream tokens;
    private final JinjaParser expressions;
    private int loops;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new JinjaParser(tokens);
    }

    static Sequence parse(String template) {
        TokenStream tokens = new TokenStream(Lexer.tokens(template));
        Sequence whole = new StatementParser(tokens).body(Set.of());
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.unexpected("a statement");
        }
        return whole;
    }

    /** Parses statements up to a tag with one of the names. That tag stays open: its name is the next token. */
    private Sequence body(Set<String> ends) {
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        List<Token> places = new ArrayList<>();
        while (tokens.peek().kind() != Kind.END) {
            Token token = tokens.take();
            if (token.kind() == Kind.BLOCK_BEGIN && ends.contains(tokens.peek().text())) {
                tokens.leave();
                return new Sequence(List.copyOf(statements), List.copyOf(places));
            }
            places.add(token);
            statements.add(statement(token));
        }
        if (!ends.isEmpty()) {
            throw tokens.unexpected(
                    "'" + String.join("' or '", ends.stream().sorted().toList()) + "'");
        }
        tokens.leave();
        return new Sequence(List.copyOf(statements), List.copyOf(places));
    }

    private Statement statement(Token token) {
        if (token.kind() == Kind.TEXT) {
            return new Statement.Text(token.text());
        }
        if (token.kind() == Kind.PRINT_BEGIN) {
            JinjaExpression value = expressions.list(true);
            tokens.expect(Kind.PRINT_END, "'}}'");
            return new Statement.Print(value);
        }
        Token name = tokens.expect(Kind.NAME, "a tag's name");
        return switch (name.text()) {
            case "for" -> loop();
            case "if" -> condition();
            case "set" -> assignment();
            case "macro" -> macro();
            case "with" -> with();
            case "filter" -> filter();
            case "generation" -> block("endgeneration");
            case "break" -> jump(name, Statement.Next.BREAK);
            case "continue" -> jump(name, Statement.Next.CONTINUE);
            default ->
                throw new JinjaException("encountered unknown tag '" + PythonText.shown(name.text()) + "'", name);
        };
    }

    private void endTag() {
        tokens.expect(Kind.BLOCK_END, "'%}'");
    }

    /** Parses the rest of a tag, its body, and the tag {@code end}. */
    private Sequence block(String end) {
        endTag();
        Sequence body = body(Set.of(end));
        tokens.take();
        endTag();
        return body;
    }

    private Statement loop() {
        Target target = target(false);
        if (!tokens.takeName("in")) {
            throw tokens.unexpected("'in'");
        }
        JinjaExpression list = expressions.list(false);
        JinjaExpression condition = tokens.takeName("if") ? expressions.expression() : null;
        if (tokens.peek().isName("recursive")) {
            throw new JinjaException("recursive loops are not supported", tokens.peek());
        }
        endTag();
        loops++;
        Sequence body = body(Set.of("else", "endfor"));
        loops--;
        Sequence otherwise = tokens.take().isName("else") ? block("endfor") : end();
        return new Statement.For(target, list, condition, body, otherwise);
    }

    private Sequence end() {
        endTag();
        return EMPTY;
    }

    private Statement condition() {
        List<JinjaExpression> conditions = new ArrayList<>();
        List<Sequence> branches = new ArrayList<>();
        Sequence otherwise = null;
        while (otherwise == null) {
            conditions.add(expressions.list(false));
            endTag();
            branches.add(body(Set.of("elif", "else", "endif")));
            Token next = tokens.take();
            if (!next.isName("elif")) {
                otherwise = next.isName("else") ? block("endif") : end();
            }
        }
        return new Statement.If(conditions, branches, otherwise);
    }

    private Statement assignment() {
        Target target = target(true);
        if (tokens.takeOperator("=")) {
            JinjaExpression value = expressions.list(true);
            endTag();
            return new Statement.Set(target, value);
        }
        JinjaExpression filtered = expressions.filters(new JinjaExpression.Name(Statement.BODY));
        return new Statement.SetBlock(target, filtered, block("endset"));
    }

    private Statement filter() {
        JinjaExpression filtered = expressions.filters(expressions.filter(new JinjaExpression.Name(Statement.BODY)));
        return new Statement.FilterBlock(filtered, block("endfilter"));
    }

    private Statement with() {
        List<Target> targets = new ArrayList<>();
        List<JinjaExpression> values = new ArrayList<>();
        while (tokens.peek().kind() != Kind.BLOCK_END) {
            targets.add(new Target.Variable(tokens.name()));
            tokens.expectOperator("=");
            values.add(expressions.expression());
            if (tokens.peek().kind() != Kind.BLOCK_END) {
                tokens.expectOperator(",");
            }
        }
        return new Statement.With(targets, values, block("endwith"));
    }

    private Statement macro() {
        String name = tokens.name();
        List<String> parameters = new ArrayList<>();
        List<@Nullable JinjaExpression> defaults = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.takeOperator(")")) {
            parameters.add(tokens.name());
            defaults.add(tokens.takeOperator("=") ? expressions.expression() : null);
            if (!tokens.peek().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        int around = loops;
        loops = 0;
        Sequence body = block("endmacro");
        loops = around;
        return new Statement.Macro(name, parameters, defaults, body);
    }

    private Statement jump(Token name, Statement.Next next) {
        if (loops == 0) {
            throw new JinjaException("'" + name.text() + "' outside a loop", name);
        }
        endTag();
        return new Statement.Jump(next);
    }

    private Target target(boolean members) {
        List<Target> targets = new ArrayList<>();
        boolean several = false;
        boolean parenthesis = tokens.takeOperator("(");
        do {
            targets.add(single(members));
            several |= tokens.peek().isOperator(",");
        } while (tokens.takeOperator(",")
                && tokens.peek().kind() == Kind.NAME
                && !tokens.peek().isName("in"));
        if (parenthesis) {
            tokens.expectOperator(")");
        }
        return several ? new Target.Several(targets) : targets.get(0);
    }

    private Target single(boolean members) {
        String name = tokens.name();
        return members && tokens.takeOperator(".") ? new Target.Member(name, tokens.name()) : new Target.Variable(name);
    }
}
