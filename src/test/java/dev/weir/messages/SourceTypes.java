package dev.weir.messages;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The simple names of the types of expressions, if declarations state them. */
record SourceTypes(Sources sources) {
    /** The type's simple name; empty if it is unknown. */
    String of(@Nullable ExpressionTree expression, SourceMethod in) {
        if (expression instanceof ParenthesizedTree inner) {
            return of(inner.getExpression(), in);
        } else if (expression instanceof NewClassTree made) {
            return SourceType.simpleName(made.getIdentifier());
        } else if (expression instanceof TypeCastTree cast) {
            return SourceType.simpleName(cast.getType());
        } else if (expression instanceof IdentifierTree identifier) {
            return ofName(identifier.getName().toString(), in);
        } else if (expression instanceof MemberSelectTree select) {
            String field = select.getIdentifier().toString();
            String type = ofField(of(select.getExpression(), in), field);
            return type.isEmpty() && isTypeName(field) ? field : type;
        } else if (expression instanceof MethodInvocationTree invocation) {
            return ofCall(SourceScanner.call(invocation, in), in);
        }
        return "";
    }

    private String ofName(String name, SourceMethod in) {
        if (name.equals("this")) {
            return in.owner.name;
        }
        for (SourceMethod method = in; method != null; method = method.around) {
            if (method.types.containsKey(name)) {
                Tree type = method.types.get(name);
                List<ExpressionTree> values = method.assigned.getOrDefault(name, List.of());
                return type == null && !values.isEmpty() && !isNamed(values.get(0), name)
                        ? of(values.get(0), method)
                        : SourceType.simpleName(type);
            }
        }
        for (SourceType owner = in.owner; owner != null; owner = owner.outer) {
            VariableTree field = owner.fields.get(name);
            if (field != null) {
                return SourceType.simpleName(field.getType());
            }
            for (String supertype : owner.supertypes) {
                String type = ofField(supertype, name);
                if (!type.isEmpty()) {
                    return type;
                }
            }
        }
        return isTypeName(name) ? name : "";
    }

    private static boolean isNamed(ExpressionTree expression, String name) {
        return expression instanceof IdentifierTree identifier
                && identifier.getName().contentEquals(name);
    }

    private String ofField(String type, String name) {
        for (SourceType owner : sources.types.getOrDefault(type, List.of())) {
            VariableTree field = owner.fields.get(name);
            if (field != null) {
                return SourceType.simpleName(field.getType());
            }
        }
        return "";
    }

    private String ofCall(SourceCall call, SourceMethod in) {
        List<SourceMethod> targets = sources.targets(call);
        if (!targets.isEmpty()) {
            return targets.get(0).returnType;
        }
        String receiver = call.receiver() == null ? in.owner.name : sources.receiver(call);
        return ofField(receiver, call.name());
    }

    private static boolean isTypeName(String name) {
        return Character.isUpperCase(name.charAt(0)) && name.chars().anyMatch(Character::isLowerCase);
    }
}
