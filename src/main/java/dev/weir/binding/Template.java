package dev.weir.binding;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value with {@code ${…}} in it, parsed once. Immutable and thread-safe.
 *
 * <p>The value is a tree of maps, lists, texts, numbers, booleans and null. A text that is exactly one expression renders
 * to the expression's value with its type; expressions inside other text are inserted as text.
 */
public final class Template {
    private final @Nullable Object constant;

    private Template(@Nullable Object constant) {
        this.constant = constant;
    }

    /**
     * Parses a tree.
     *
     * @throws TemplateSyntaxException if an expression in it is malformed
     */
    public static Template parse(@Nullable Object tree) {
        return new Template(tree);
    }

    /**
     * The value with every expression replaced.
     *
     * @throws BindingException if a conversion or comparison cannot be done
     * @throws MissingVariableException if an environment variable without default is not set
     */
    public @Nullable Object render(Scope scope) {
        return constant;
    }

    /** Every use of a source, those inside defaults included, in the order in which they are written. */
    public List<Reference> references() {
        return List.of();
    }

    /** Whether it is rendered once per chunk: it refers to {@code response[]} or {@code result[]}. */
    public boolean streams() {
        return references().stream().anyMatch(reference -> reference.source().isChunk());
    }

    /** True if it holds no expression, so that it renders to the same value always. */
    public boolean isConstant() {
        return true;
    }

    /**
     * What {@code as} declares where the template is exactly one expression: {@code text;sse-text} for {@code ${output as
     * text;sse-text}}.
     */
    public Optional<ValueType> type() {
        return Optional.empty();
    }

    /** The format of {@link #type}; {@code sse-text} also for {@code as sse-text} and {@code as stream/text}, and so on. */
    public Optional<String> format() {
        return type().map(ValueType::format).filter(format -> !format.isEmpty());
    }
}
