package dev.weir.config;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Template;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An action of a component. */
public sealed interface ActionConfig permits HttpAction, ModelAction, ShellAction, SplitterAction, WorkflowAction {
    /** The id of an action that is written as the component itself. */
    String ONLY_ACTION = "__action__";

    /** Unique in its component. */
    String id();

    /** Whether a job that names no action runs this one. A component's only action is always its default. */
    boolean isDefault();

    /**
     * Returns the action with an id. Each id of a configuration that was read has an action.
     *
     * @throws WeirException {@code INTERNAL} if there is no such action
     */
    static <A extends ActionConfig> A named(List<A> actions, String id) {
        return actions.stream()
                .filter(action -> action.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new WeirException(ErrorCode.INTERNAL, "there is no action '" + id + "'"));
    }

    /**
     * Returns the place in the action's input where it takes a stream of texts, as the keys and positions that lead to it;
     * empty if it takes none. The place holds a {@code ChunkSource} then, which the action reads and closes.
     */
    default Optional<List<Object>> streamInput() {
        return Optional.empty();
    }

    /**
     * Returns the template that shapes the result, or each chunk if it refers to {@code response[]} or {@code result[]};
     * may be null.
     */
    @Nullable
    Template output();
}
