package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signal that ends a run from outside: set once, seen by everything the run started. Thread-safe.
 *
 * <p>What holds something that must be let go registers an action; what waits must wait on something that such an action
 * ends.
 */
public final class Cancellation {
    private static final System.Logger LOG = System.getLogger(Cancellation.class.getName());

    private final Map<Object, Runnable> actions = new LinkedHashMap<>();
    private @Nullable String reason;

    /**
     * Cancels, and runs what is registered on this thread, all of it whatever an action throws.
     *
     * @param reason who or what cancelled, for the log and the task, such as {@code client disconnected}
     * @return false if it was cancelled before
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

    /** Takes off the action that was registered first; null if none is left. */
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

    /** One action's failure keeps no other from running. */
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
            // A log that fails, for want of memory, must not keep the next action from running.
            failure.addSuppressed(e);
        }
    }

    /** True from the first {@link #cancel} on. */
    public boolean isCancelled() {
        return reason() != null;
    }

    /** Who or what cancelled; null while nothing has. */
    public @Nullable String reason() {
        synchronized (actions) {
            return reason;
        }
    }

    /** Throws a {@link WeirException} with {@link ErrorCode#CANCELLED} if this is cancelled. */
    public void throwIfCancelled() {
        String why = reason();
        if (why != null) {
            throw new WeirException(ErrorCode.CANCELLED, "the run was cancelled: " + why);
        }
    }

    /**
     * Runs {@code action} when this is cancelled: at once on this thread if it is already. The action must not block. What it throws
     * is logged.
     *
     * @return takes the action back, for what has ended by itself; taking it back twice does nothing
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

    /** Takes an action back. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
