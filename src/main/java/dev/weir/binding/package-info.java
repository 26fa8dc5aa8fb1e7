/**
 * Variable binding: <code>${source.path as type;format | default}</code> parsed once into templates and rendered often.
 *
 * <p>{@link dev.weir.binding.Template} is the way in. {@code TemplateParser} walks a tree of plain values and gives each text
 * to {@code ExpressionParser}, whose grammar its Javadoc states; what comes out is a tree of {@code Expression}s that
 * evaluate themselves against a {@link dev.weir.binding.Scope}. {@code Conversions} holds the types that may follow
 * {@code as}, and {@link dev.weir.binding.Values} says what plain values mean as text, as truth and in order.
 *
 * <p>May use json. Templates are immutable and thread-safe.
 */
@NullMarked
package dev.weir.binding;

import org.jspecify.annotations.NullMarked;
