package dev.weir.stream;

import java.util.Map;

/** Counts what waits for a cancellation, for tests that nothing is left. */
public final class CancellationActions {
    private CancellationActions() {}

    /** How many actions are registered now. */
    public static int of(Cancellation cancellation) {
        try {
            var field = Cancellation.class.getDeclaredField("actions");
            field.setAccessible(true);
            synchronized (field.get(cancellation)) {
                return ((Map<?, ?>) field.get(cancellation)).size();
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
