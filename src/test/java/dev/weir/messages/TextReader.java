package dev.weir.messages;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an expression as a text. It follows variables, constants and the methods that build texts. */
final class TextReader {
    private static final int DEEPEST = 4;
    private static final Pattern CONVERSION = Pattern.compile("%[-0-9.]*[a-zA-Z]");

    private final Sources sources;

    TextReader(Sources sources) {
        this.sources = sources;
    }

    Text read(ExpressionTree expression, SourceMethod in) {
        return read(expression, in, 0);
    }

    private Text read(@Nullable ExpressionTree tree, SourceMethod in, int depth) {
        if (tree instanceof LiteralTree literal) {
            return new Text.Words(String.valueOf(literal.getValue()), literal);
        } else if (tree instanceof ParenthesizedTree inner) {
            return read(inner.getExpression(), in, depth);
        } else if (tree instanceof TypeCastTree cast) {
            return read(cast.getExpression(), in, depth);
        } else if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            List<Text> parts = new ArrayList<>();
            operands(sum, operand -> parts.add(read(operand, in, depth)));
            boolean text = parts.stream().anyMatch(part -> !(part instanceof Text.Value) && !isNumber(part));
            return text ? Text.joined(parts) : new Text.Value(ValueNames.of(sum));
        } else if (tree instanceof ConditionalExpressionTree condition) {
            return Text.choice(List.of(
                    read(condition.getTrueExpression(), in, depth), read(condition.getFalseExpression(), in, depth)));
        } else if (tree instanceof SwitchExpressionTree choice) {
            return Text.choice(results(choice).stream()
                    .map(result -> read(result, in, depth))
                    .toList());
        } else if (tree instanceof LambdaExpressionTree lambda && lambda.getBody() instanceof ExpressionTree body) {
            return read(body, in, depth);
        } else if (tree instanceof IdentifierTree identifier) {
            return variable(identifier.getName().toString(), in, depth);
        } else if (tree instanceof MemberSelectTree select) {
            return constant(select, depth);
        } else if (tree instanceof MethodInvocationTree invocation) {
            return call(invocation, in, depth);
        }
        return new Text.Value(tree == null ? "" : ValueNames.of(tree));
    }

    private static boolean isNumber(Text part) {
        return part instanceof Text.Words words
                && words.origin().getKind() != Tree.Kind.STRING_LITERAL
                && words.origin().getKind() != Tree.Kind.CHAR_LITERAL;
    }

    private static void operands(ExpressionTree tree, java.util.function.Consumer<ExpressionTree> action) {
        if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            operands(sum.getLeftOperand(), action);
            action.accept(sum.getRightOperand());
        } else {
            action.accept(tree);
        }
    }

    private static List<ExpressionTree> results(SwitchExpressionTree choice) {
        List<ExpressionTree> results = new ArrayList<>();
        for (CaseTree option : choice.getCases()) {
            Tree body = option.getBody();
            if (body instanceof ExpressionTree result) {
                results.add(result);
            } else if (body instanceof ExpressionStatementTree statement) {
                results.add(statement.getExpression());
            } else if (body instanceof BlockTree || body instanceof YieldTree) {
                new TreeScanner<@Nullable Void, @Nullable Void>() {
                    @Override
                    public @Nullable Void visitYield(YieldTree tree, @Nullable Void nothing) {
                        results.add(tree.getValue());
                        return null;
                    }
                }.scan(body, null);
            }
        }
        return results;
    }

    private Text variable(String name, SourceMethod in, int depth) {
        for (SourceMethod method = in; method != null; method = method.around) {
            if (method == in && method.parameter(name) >= 0 && !method.assigned.containsKey(name)) {
                return new Text.Parameter(method.parameter(name), name);
            }
            List<ExpressionTree> values = method.assigned.get(name);
            if (values != null && !values.isEmpty() && !method.opaque.contains(name) && depth < DEEPEST) {
                SourceMethod place = method;
                Text text = Text.choice(values.stream()
                        .filter(value -> value.getKind() != Tree.Kind.NULL_LITERAL)
                        .map(value -> read(value, place, depth + 1))
                        .toList());
                return text.hasWords() ? text : new Text.Value(name);
            }
            if (method.types.containsKey(name)) {
                return new Text.Value(name);
            }
        }
        for (SourceType owner = in.owner; owner != null; owner = owner.outer) {
            VariableTree field = owner.fields.get(name);
            if (field != null) {
                return field(field, owner, depth);
            }
        }
        return new Text.Value(name);
    }

    private Text constant(MemberSelectTree select, int depth) {
        String name = select.getIdentifier().toString();
        for (SourceType owner : sources.types.getOrDefault(SourceType.simpleName(select.getExpression()), List.of())) {
            VariableTree field = owner.fields.get(name);
            if (field != null) {
                return field(field, owner, depth);
            }
        }
        return new Text.Value(ValueNames.of(select));
    }

    private Text field(VariableTree field, SourceType owner, int depth) {
        String name = field.getName().toString();
        if (SourceType.simpleName(field.getType()).equals("String")
                && field.getInitializer() != null
                && depth < DEEPEST) {
            return read(field.getInitializer(), owner.initializer, depth + 1);
        }
        return new Text.Value(name);
    }

    private Text call(MethodInvocationTree tree, SourceMethod in, int depth) {
        SourceCall call = SourceScanner.call(tree, in);
        if (call.name().equals("formatted") && call.receiver() != null) {
            return formatted(read(call.receiver(), in, depth), call.arguments(), in, depth);
        } else if (call.name().equals("get")
                && call.arguments().isEmpty()
                && call.receiver() instanceof IdentifierTree supplier) {
            Text text = read(supplier, in, depth);
            return text instanceof Text.Parameter ? text : new Text.Value(ValueNames.of(tree));
        } else if (call.name().equals("of") && "Optional".equals(String.valueOf(call.receiver()))) {
            return read(call.arguments().get(0), in, depth);
        }
        if (ValueNames.showsArgument(tree.getMethodSelect(), call.name())
                && !call.arguments().isEmpty()) {
            return read(call.arguments().get(0), in, depth);
        }
        List<SourceMethod> targets = sources.targets(call);
        if (targets.size() == 1
                && depth < DEEPEST
                && !targets.get(0).returns.isEmpty()
                && Set.of("String", "Optional").contains(targets.get(0).returnType)) {
            SourceMethod target = targets.get(0);
            Text text = Text.choice(target.returns.stream()
                    .filter(result -> result.getKind() != Tree.Kind.NULL_LITERAL)
                    .map(result -> read(result, target, depth + 1))
                    .toList());
            if (text.isPhrase()) {
                return text.filled(call.arguments().stream()
                        .map(argument -> read(argument, in, depth + 1))
                        .toList());
            }
        }
        return new Text.Value(ValueNames.of(tree));
    }

    private Text formatted(Text format, List<? extends ExpressionTree> arguments, SourceMethod in, int depth) {
        if (!(format instanceof Text.Words words)) {
            return format;
        }
        List<Text> parts = new ArrayList<>();
        Matcher conversion = CONVERSION.matcher(words.words());
        int at = 0;
        for (ExpressionTree argument : arguments) {
            if (conversion.find()) {
                parts.add(new Text.Words(words.words().substring(at, conversion.start()), words.origin()));
                parts.add(read(argument, in, depth));
                at = conversion.end();
            }
        }
        parts.add(new Text.Words(words.words().substring(at), words.origin()));
        return Text.joined(parts);
    }
}
