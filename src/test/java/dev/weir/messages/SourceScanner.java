package dev.weir.messages;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills {@link Sources} with the types, methods, variables, calls and texts of one file. */
final class SourceScanner extends TreeScanner<@Nullable Void, @Nullable SourceMethod> {
    private final Sources sources;
    private final List<String> imported = new ArrayList<>();
    private int lambdas;

    SourceScanner(Sources sources) {
        this.sources = sources;
    }

    /** The call of an invocation; {@code super(…)} and {@code this(…)} are calls of constructors. */
    static SourceCall call(MethodInvocationTree tree, SourceMethod in) {
        ExpressionTree select = tree.getMethodSelect();
        if (select instanceof MemberSelectTree member) {
            return new SourceCall(
                    member.getExpression(), "", member.getIdentifier().toString(), tree.getArguments(), in);
        }
        String name = select.toString();
        if (name.equals("super") || name.equals("this")) {
            String type = name.equals("this")
                    ? in.owner.name
                    : String.join("", in.owner.supertypes.stream().limit(1).toList());
            return new SourceCall(null, type, SourceMethod.CONSTRUCTOR, tree.getArguments(), in);
        }
        return new SourceCall(null, "", name, tree.getArguments(), in);
    }

    @Override
    public @Nullable Void visitCompilationUnit(CompilationUnitTree tree, @Nullable SourceMethod in) {
        for (ImportTree each : tree.getImports()) {
            if (each.isStatic() && each.getQualifiedIdentifier() instanceof MemberSelectTree member) {
                imported.add(SourceType.simpleName(member.getExpression()));
            }
        }
        return scan(tree.getTypeDecls(), in);
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree tree, @Nullable SourceMethod in) {
        return null;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable SourceMethod in) {
        SourceType type = new SourceType(tree, in, imported);
        sources.add(type);
        for (Tree member : tree.getMembers()) {
            if (member instanceof VariableTree field) {
                type.fields.put(field.getName().toString(), field);
                scan(field.getInitializer(), type.initializer);
            } else {
                scan(member, type.initializer);
            }
        }
        return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, SourceMethod in) {
        SourceMethod method = new SourceMethod(in.owner, tree, in.around);
        in.owner.methods.add(method);
        int outer = lambdas;
        lambdas = 0;
        scan(tree.getBody(), method);
        lambdas = outer;
        return null;
    }

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, SourceMethod in) {
        lambdas++;
        tree.getParameters().forEach(parameter -> {
            in.opaque.add(parameter.getName().toString());
            in.types.putIfAbsent(parameter.getName().toString(), parameter.getType());
        });
        scan(tree.getBody(), in);
        lambdas--;
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, SourceMethod in) {
        String name = tree.getName().toString();
        in.types.putIfAbsent(name, tree.getType());
        if (tree.getInitializer() == null) {
            in.assigned.computeIfAbsent(name, key -> new ArrayList<>());
        } else {
            in.assigned.computeIfAbsent(name, key -> new ArrayList<>()).add(tree.getInitializer());
        }
        return scan(tree.getInitializer(), in);
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, SourceMethod in) {
        in.opaque.add(tree.getVariable().getName().toString());
        return super.visitEnhancedForLoop(tree, in);
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree tree, SourceMethod in) {
        if (tree.getVariable() instanceof IdentifierTree variable) {
            in.assigned
                    .computeIfAbsent(variable.getName().toString(), key -> new ArrayList<>())
                    .add(tree.getExpression());
        }
        return super.visitAssignment(tree, in);
    }

    @Override
    public @Nullable Void visitCompoundAssignment(CompoundAssignmentTree tree, SourceMethod in) {
        in.opaque.add(tree.getVariable().toString());
        return super.visitCompoundAssignment(tree, in);
    }

    @Override
    public @Nullable Void visitReturn(ReturnTree tree, SourceMethod in) {
        if (lambdas == 0 && tree.getExpression() != null) {
            in.returns.add(tree.getExpression());
        }
        return super.visitReturn(tree, in);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, SourceMethod in) {
        sources.calls.add(call(tree, in));
        return super.visitMethodInvocation(tree, in);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree tree, SourceMethod in) {
        sources.calls.add(new SourceCall(
                null, SourceType.simpleName(tree.getIdentifier()), SourceMethod.CONSTRUCTOR, tree.getArguments(), in));
        return super.visitNewClass(tree, in);
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree tree, SourceMethod in) {
        if (tree.getKind() != Tree.Kind.PLUS) {
            return super.visitBinary(tree, in);
        }
        sources.texts.put(tree, in);
        // A literal of a sum is a part of the sum's text. A text in the arguments of a call is a separate text.
        ExpressionTree left = tree;
        while (left instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            scanOperand(sum.getRightOperand(), in);
            left = sum.getLeftOperand();
        }
        scanOperand(left, in);
        return null;
    }

    private void scanOperand(ExpressionTree operand, SourceMethod in) {
        if (!(operand instanceof LiteralTree)) {
            scan(operand, in);
        }
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree tree, SourceMethod in) {
        if (tree.getKind() == Tree.Kind.STRING_LITERAL) {
            sources.texts.put(tree, in);
        }
        return null;
    }
}
