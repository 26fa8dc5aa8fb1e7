package dev.weir.messages;

import com.sun.source.tree.ExpressionTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a method or constructor.
 *
 * @param receiver the expression before the name; null if there is none
 * @param type the class that a constructor creates; otherwise empty
 * @param in the calling method
 */
record SourceCall(
        @Nullable ExpressionTree receiver,
        String type,
        String name,
        List<? extends ExpressionTree> arguments,
        SourceMethod in) {}
