package dev.weir.messages;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A class of the sources, identified by its simple name. */
final class SourceType {
    final String name;
    final List<String> supertypes = new ArrayList<>();
    final List<SourceMethod> methods = new ArrayList<>();
    final Map<String, VariableTree> fields = new HashMap<>();
    /** Holds the initial values of fields. */
    final SourceMethod initializer;

    final @Nullable SourceType outer;
    /** The types with methods that the file imports. */
    final List<String> imported;

    SourceType(ClassTree tree, @Nullable SourceMethod around, List<String> imported) {
        this.imported = List.copyOf(imported);
        name = tree.getSimpleName().toString();
        outer = around == null ? null : around.owner;
        if (tree.getExtendsClause() != null) {
            supertypes.add(simpleName(tree.getExtendsClause()));
        }
        tree.getImplementsClause().forEach(type -> supertypes.add(simpleName(type)));
        initializer = new SourceMethod(this, null, around);
    }

    /** The simple name of a type, without its arguments and annotations. */
    static String simpleName(@Nullable Tree type) {
        if (type instanceof ParameterizedTypeTree parameterized) {
            return simpleName(parameterized.getType());
        } else if (type instanceof MemberSelectTree select) {
            return select.getIdentifier().toString();
        } else if (type instanceof IdentifierTree identifier) {
            return identifier.getName().toString();
        } else if (type instanceof com.sun.source.tree.AnnotatedTypeTree annotated) {
            return simpleName(annotated.getUnderlyingType());
        }
        return type == null ? "" : type.toString();
    }
}
