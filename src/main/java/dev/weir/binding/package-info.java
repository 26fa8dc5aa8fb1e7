/**
 * Variable binding: <code>${source.path as type;format | default}</code> parsed once into templates and rendered often.
 *
 * <p>{@link dev.weir.binding.Template} is the entry point. {@code TemplateParser} walks a tree of plain values and gives
 * each text to {@code ExpressionParser}, which documents the grammar. The result is a tree of {@code Expression}s, which
 * evaluate themselves against a {@link dev.weir.binding.Scope}. {@code Conversions} holds the types that may follow
 * {@code as}. {@code OperatorParser} recognises the maps that are operators; {@code OperatorNode} renders them.
 * {@link dev.weir.binding.Condition} compares. {@link dev.weir.binding.Values} defines the text, truth, equality and order of plain values.
 *
 * <p>May use mask, json and filter.regex. Templates are immutable and thread-safe.
 */
@NullMarked
package dev.weir.binding;

import org.jspecify.annotations.NullMarked;
