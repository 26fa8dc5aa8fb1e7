package dev.weir.config;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a component can be asked to do. */
public sealed interface ActionConfig permits HttpAction, ModelAction {
    /** The id of an action that is written as the component itself. */
    String ONLY_ACTION = "__action__";

    /** Unique in its component. */
    String id();

    /** Whether a job that names no action means this one, if it is not the only one anyway. */
    boolean isDefault();

    /** The one of {@code actions} with an id; the configuration's own ids always have one. */
    static <A extends ActionConfig> A named(List<A> actions, String id) {
        return actions.stream()
                .filter(action -> action.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new WeirException(ErrorCode.INTERNAL, "there is no action '" + id + "'"));
    }

    /** Shapes the answer, or each chunk of it where it refers to {@code response[]} or {@code result[]}; may be null. */
    @Nullable
    Template output();
}
