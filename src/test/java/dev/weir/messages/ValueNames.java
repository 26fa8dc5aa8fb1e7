package dev.weir.messages;

import com.sun.source.tree.ArrayAccessTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.TypeCastTree;
import java.util.List;
import java.util.Set;

/** Names for the values of messages. */
final class ValueNames {
    /** Methods that show their first argument. */
    private static final Set<String> SHOW_ARGUMENT =
            Set.of("valueOf", "toString", "cut", "describe", "shown", "shortened", "mask", "masked");
    /** Methods that show the value on which they are called. */
    private static final Set<String> SHOW_RECEIVER = Set.of("toString", "get", "orElse", "orElseThrow", "strip");

    private ValueNames() {}

    /** Whether a call shows its first argument, as {@code Excerpt.of(text, longest)} does. */
    static boolean showsArgument(ExpressionTree select, String method) {
        return SHOW_ARGUMENT.contains(method) || select.toString().equals("Excerpt.of");
    }

    /** The shortest name of an expression that identifies its value. */
    static String of(ExpressionTree tree) {
        if (tree instanceof MethodInvocationTree invocation) {
            List<? extends ExpressionTree> arguments = invocation.getArguments();
            ExpressionTree select = invocation.getMethodSelect();
            String method = select instanceof MemberSelectTree member
                    ? member.getIdentifier().toString()
                    : select.toString();
            if (showsArgument(select, method) && !arguments.isEmpty()) {
                return of(arguments.get(0));
            } else if (method.equals("join") && arguments.size() > 1) {
                return of(arguments.get(1));
            }
            if (!(select instanceof MemberSelectTree member)) {
                return method;
            }
            ExpressionTree receiver = member.getExpression();
            if (SHOW_RECEIVER.contains(method)) {
                return of(receiver);
            }
            if (!(receiver instanceof IdentifierTree) || receiver.toString().equals("this")) {
                return method;
            }
            if (receiver.toString().chars().noneMatch(Character::isLowerCase)
                    || Character.isLowerCase(receiver.toString().charAt(0))) {
                return receiver + "." + method;
            }
            // The name of a class would change with the class.
            return method.equals("of") && !arguments.isEmpty() ? of(arguments.get(0)) : method;
        } else if (tree instanceof MemberSelectTree member) {
            return member.getIdentifier().toString();
        } else if (tree instanceof ParenthesizedTree inner) {
            return of(inner.getExpression());
        } else if (tree instanceof TypeCastTree cast) {
            return of(cast.getExpression());
        } else if (tree instanceof BinaryTree calculation) {
            boolean literal = calculation.getLeftOperand() instanceof LiteralTree;
            return of(literal ? calculation.getRightOperand() : calculation.getLeftOperand());
        } else if (tree instanceof NewClassTree made) {
            return made.getArguments().isEmpty()
                    ? SourceType.simpleName(made.getIdentifier())
                    : of(made.getArguments().get(0));
        } else if (tree instanceof ArrayAccessTree element) {
            return of(element.getExpression());
        }
        return tree.toString();
    }
}
