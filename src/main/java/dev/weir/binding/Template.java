package dev.weir.binding;

import dev.weir.MissingVariableException;
import dev.weir.json.JsonProjection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A value with <code>${…}</code> in it, parsed once. Immutable and thread-safe.
 *
 * <p>The value is a tree of maps, lists, texts, numbers, booleans and null. A text that is exactly one expression renders
 * to the expression's value with its type. Expressions inside other text are inserted as text. A map with the key {@code *},
 * {@code +}, {@code |} or {@code ?} is an operator: {@link OperatorNode}. A rendered value must not be changed: its parts may
 * be shared.
 */
public final class Template {
    private final TemplateNode root;
    private final List<Reference> references;
    private final boolean constant;
    private final @Nullable Object constantValue;

    private final @Nullable Object source;
    private final JsonProjection chunkProjection;

    Template(@Nullable Object source, TemplateNode root, List<Reference> references) {
        this.source = source;
        this.root = root;
        this.references = references;
        this.chunkProjection = JsonProjection.of(Reference.chunkPaths(references));
        this.constant = root.isConstant();
        this.constantValue = constant ? root.render(Bindings.empty()) : null;
    }

    /**
     * Parses a tree of plain values. Environment variables are texts.
     *
     * @throws TemplateSyntaxException if an expression in it is malformed
     */
    public static Template parse(@Nullable Object tree) {
        return parse(tree, place -> false);
    }

    /**
     * Parses a tree of plain values. In a text that is one expression and is written without quotes, environment variables
     * have the type that their value shows: a number, true, false, a list or a map in JSON.
     *
     * @param unquoted whether the text at a place, given by keys and positions, is written without quotes
     * @throws TemplateSyntaxException if an expression in it is malformed
     */
    public static Template parse(@Nullable Object tree, Predicate<List<Object>> unquoted) {
        return Objects.requireNonNull(
                parse(tree, unquoted, fault -> {
                    throw fault;
                }),
                "a fault is thrown");
    }

    /**
     * Parses as {@link #parse(Object, Predicate)}, and reports all faults.
     *
     * @param onFault receives each fault
     * @return null if there is a fault
     */
    public static @Nullable Template parse(
            @Nullable Object tree, Predicate<List<Object>> unquoted, Consumer<TemplateSyntaxException> onFault) {
        TemplateParser parser = new TemplateParser(unquoted, onFault);
        TemplateNode root = parser.node(tree);
        return parser.hasFailed() ? null : new Template(tree, root, parser.references());
    }

    /**
     * Returns the value with every expression replaced.
     *
     * @throws BindingException {@code INVALID_INPUT} if a conversion, a comparison or a spread is impossible
     * @throws MissingVariableException {@code NOT_READY} if an environment variable without default is not set
     */
    public @Nullable Object render(Scope scope) {
        return constant ? constantValue : TemplateNode.orNull(root.render(scope));
    }

    /** Whether the rendered value counts as true: {@link Values#isTrue}. */
    public boolean test(Scope scope) {
        return Values.isTrue(render(scope));
    }

    /** Every use of a source, also inside defaults, in the order in which they are written. */
    public List<Reference> references() {
        return references;
    }

    /** Whether the template is rendered once per chunk: it refers to {@code response[]} or {@code result[]}. */
    public boolean streams() {
        return references.stream().anyMatch(reference -> reference.source().isChunk());
    }

    /** Returns the projection of a JSON chunk that rendering needs. */
    public JsonProjection chunkProjection() {
        return chunkProjection;
    }

    /** True if the template contains no expression and always renders to the same value. */
    public boolean isConstant() {
        return constant;
    }

    /** True if the template is exactly one expression and so renders to a value of any type. */
    public boolean isExpression() {
        return root instanceof TemplateNode.Leaf leaf
                && !(leaf.expression() instanceof Expression.Literal)
                && !(leaf.expression() instanceof Expression.Interpolation);
    }

    /**
     * True if the template renders each chunk of a job's streamed output: it refers to {@code ${output}}, or it is exactly
     * one reference to {@code ${jobs.<jobId>.output}}, with or without a path, a default and a type, or it
     * {@linkplain #repeatsOutput repeats} the output.
     */
    public boolean passesOutput(String jobId) {
        if (repeatsOutput(jobId)) {
            return true;
        }
        long uses = uses(jobId);
        return uses == 0
                ? references.stream().anyMatch(reference -> reference.source() == Source.OUTPUT)
                : uses == 1 && references.get(0).isOutputOf(jobId) && isReference(root);
    }

    /** Returns the plain tree that was parsed. It must not be changed. */
    public @Nullable Object source() {
        return source;
    }

    /** True if one reference, with its default and its type, is the whole value at a reference's place. */
    public boolean isAlone(Reference reference) {
        TemplateNode node = root;
        for (Object step : reference.place().path()) {
            node = node.child(step);
        }
        return isReference(node);
    }

    private static boolean isReference(TemplateNode node) {
        return node instanceof TemplateNode.Leaf leaf && leaf.expression().isReference();
    }

    /** Returns the number of steps of a place that lead to an operator; the number of all its steps if none does. */
    public int stepsToOperator(List<Object> place) {
        TemplateNode node = root;
        for (int i = 0; i < place.size(); i++) {
            if (node instanceof OperatorNode) {
                return i;
            }
            node = node.child(place.get(i));
        }
        return place.size();
    }

    /**
     * True if the template is the operator {@code "*"} over exactly the streamed output of a job, and uses that output nowhere
     * else: each chunk is an element then.
     */
    public boolean repeatsOutput(String jobId) {
        long outputs = references.stream()
                .filter(reference -> reference.source() == Source.OUTPUT || reference.isOutputOf(jobId))
                .count();
        return outputs == 1
                && root instanceof OperatorNode.Repeat repeat
                && repeat.source() instanceof TemplateNode.Leaf leaf
                && leaf.expression() instanceof Expression.Lookup lookup
                && lookup.path().isEmpty()
                && (lookup.source() == Source.OUTPUT
                        || (lookup.source() == Source.JOB_OUTPUT && jobId.equals(lookup.name())));
    }

    /**
     * Renders an element of the operator {@code "*"}, see {@link #repeatsOutput}.
     *
     * @param index the element's position, from 0
     * @return null if the element does not pass the operator's condition
     * @throws BindingException as {@link #render}
     */
    public @Nullable Object renderElement(Object element, int index, Scope scope) {
        return TemplateNode.orNull(((OperatorNode.Repeat) root).element(element, index, OperatorNode.Items.in(scope)));
    }

    /** True if the template needs the whole of a job's streamed output: {@code ${jobs.<jobId>.output}} is a part of it. */
    public boolean collectsOutput(String jobId) {
        return uses(jobId) > 0 && !passesOutput(jobId);
    }

    /** Returns how often the template refers to {@code ${jobs.<jobId>.output}}. */
    public long uses(String jobId) {
        return references.stream()
                .filter(reference -> reference.isOutputOf(jobId))
                .count();
    }

    /**
     * True if the value at a place is exactly one reference to a source, and no merged value may replace it.
     *
     * @param place the keys (String) and positions (Integer) that lead to the value
     */
    public boolean isReferenceAt(List<Object> place) {
        TemplateNode node = root;
        for (Object step : place) {
            if (node instanceof TemplateNode.Mapping mapping && mapping.merges()) {
                return false;
            }
            node = node.child(step);
        }
        return isReference(node);
    }

    /**
     * Returns the type after {@code as} if the template is exactly one expression. It is {@code text;sse-text} for
     * <code>${output as text;sse-text}</code> and for the spellings {@code as sse-text} and {@code as stream/text}.
     */
    public Optional<ValueType> type() {
        return root instanceof TemplateNode.Leaf leaf && leaf.expression() instanceof Expression.Converted converted
                ? Optional.of(converted.type())
                : Optional.empty();
    }

    /** The format of {@link #type}: {@code sse-text}, {@code sse-json}, {@code base64} and so on. */
    public Optional<String> format() {
        return type().map(ValueType::format).filter(format -> !format.isEmpty());
    }

    /** The template as it was written; a tree as JSON. */
    @Override
    public String toString() {
        return Values.text(source);
    }
}
