package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signal that cancels a run: set once, seen by all that the run started. Thread-safe.
 *
 * <p>The owner of a resource registers an action that releases it. A wait must end by such an action.
 */
public final class Cancellation {
    private static final System.Logger LOG = System.getLogger(Cancellation.class.getName());

    private final Map<Object, Runnable> actions = new LinkedHashMap<>();
    private @Nullable String reason;

    /**
     * Cancels, and runs all registered actions on this thread, also after an action has thrown.
     *
     * @param reason the cause for logs and messages, such as {@code client disconnected}
     * @return false if this was cancelled before
     */
    public boolean cancel(String reason) {
        synchronized (actions) {
            if (this.reason != null) {
                return false;
            }
            this.reason = reason;
        }
        for (Runnable action = next(); action != null; action = next()) {
            run(action);
        }
        return true;
    }

    /** Removes and returns the action that was registered first; null if there is none. */
    private @Nullable Runnable next() {
        synchronized (actions) {
            Iterator<Runnable> left = actions.values().iterator();
            if (!left.hasNext()) {
                return null;
            }
            Runnable action = left.next();
            left.remove();
            return action;
        }
    }

    /** Runs an action; its failure must not stop the other actions. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void log(Throwable failure) {
        try {
            LOG.log(System.Logger.Level.ERROR, "an action at a cancellation failed", failure);
        } catch (Throwable e) {
            // Logging may fail too, for lack of memory. The next action must still run.
            failure.addSuppressed(e);
        }
    }

    /** True from the first {@link #cancel} on. */
    public boolean isCancelled() {
        return reason() != null;
    }

    /** Returns the cause of the cancellation; null while there is none. */
    public @Nullable String reason() {
        synchronized (actions) {
            return reason;
        }
    }

    /**
     * Does nothing unless this is cancelled.
     *
     * @throws WeirException {@link ErrorCode#CANCELLED} if this is cancelled
     */
    public void throwIfCancelled() {
        String why = reason();
        if (why != null) {
            throw failure(why, null);
        }
    }

    /** Returns the failure of that which this cancellation ends. */
    public WeirException failure() {
        return failure(String.valueOf(reason()), null);
    }

    /** Returns the failure of a cancelled run. */
    public static WeirException failure(String reason, @Nullable Throwable cause) {
        return new WeirException(ErrorCode.CANCELLED, "the run was cancelled: " + reason, cause);
    }

    /**
     * Runs {@code action} when this is cancelled: at once on this thread if it is cancelled already. The action must not
     * block. Its failure is logged.
     *
     * @return removes the action, for a resource that has ended by itself; further calls do nothing
     */
    public Registration onCancel(Runnable action) {
        Object key = new Object();
        synchronized (actions) {
            if (reason == null) {
                actions.put(key, action);
                return () -> {
                    synchronized (actions) {
                        actions.remove(key);
                    }
                };
            }
        }
        run(action);
        return () -> {};
    }

    /** Removes a registered action. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
