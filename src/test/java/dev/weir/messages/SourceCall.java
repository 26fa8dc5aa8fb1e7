package dev.weir.messages;

import com.sun.source.tree.ExpressionTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a method or constructor.
 *
 * @param receiver what stands before the name; null if nothing does
 * @param type the class that a constructor makes; otherwise empty
 * @param in the method that calls
 */
record SourceCall(
        @Nullable ExpressionTree receiver,
        String type,
        String name,
        List<? extends ExpressionTree> arguments,
        SourceMethod in) {}
