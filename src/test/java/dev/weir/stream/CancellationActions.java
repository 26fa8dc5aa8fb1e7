package dev.weir.stream;

import java.util.Map;

/** Counts the actions that wait for a cancellation, for tests of leaks. */
public final class CancellationActions {
    private CancellationActions() {}

    /** The number of registered actions. */
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
