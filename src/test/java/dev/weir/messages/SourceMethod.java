package dev.weir.messages;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A method or constructor of the sources with its variables, or the initial values of a class's fields. */
final class SourceMethod {
    static final String CONSTRUCTOR = "<init>";

    final SourceType owner;
    final String name;
    final String returnType;
    final List<VariableTree> parameters;
    final List<ExpressionTree> returns = new ArrayList<>();
    /** The values of each local variable. */
    final Map<String, List<ExpressionTree>> assigned = new HashMap<>();
    /** The types of parameters and local variables; null for an inferred type. */
    final Map<String, @Nullable Tree> types = new HashMap<>();
    /** Variables with further values, such as those of lambdas and loops. */
    final Set<String> opaque = new HashSet<>();
    /** The method that contains an anonymous class. */
    final @Nullable SourceMethod around;

    SourceMethod(SourceType owner, @Nullable MethodTree tree, @Nullable SourceMethod around) {
        this.owner = owner;
        this.around = around;
        name = tree == null ? "" : tree.getName().toString();
        returnType = tree == null ? "" : SourceType.simpleName(tree.getReturnType());
        parameters = tree == null ? List.of() : List.copyOf(tree.getParameters());
        parameters.forEach(parameter -> types.put(parameter.getName().toString(), parameter.getType()));
    }

    /** The position of a parameter; -1 if no parameter has that name. */
    int parameter(String variable) {
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).getName().contentEquals(variable)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a call with that many arguments may mean this method. */
    boolean takes(int arguments) {
        int last = parameters.size() - 1;
        return last + 1 == arguments
                || (last >= 0
                        && arguments >= last
                        && parameters.get(last).toString().contains("..."));
    }
}
