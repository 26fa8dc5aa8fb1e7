package dev.weir.inference.onnx;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes the shutdown hook that ONNX Runtime registers with its first use. The hook is a class of this application: it would
 * keep the application's classes and the native library in memory after the application has ended.
 *
 * <p>Java removes a hook only by its {@link Thread}, which ONNX Runtime does not expose. Therefore the JVM's list of hooks is
 * read by reflection. That needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, which Payara Micro, WildFly and Open
 * Liberty set.
 */
public final class NativeRuntime {
    private static final System.Logger LOG = System.getLogger(NativeRuntime.class.getName());
    private static final String HOOK = "ai.onnxruntime.OrtEnvironment$OrtEnvCloser";

    private NativeRuntime() {}

    /**
     * Removes the hook of this application's ONNX Runtime. Call it when no model is open and none will be opened. The native
     * library is then unloaded together with the application's classes.
     */
    public static void release() {
        try {
            for (Thread hook : hooks()) {
                Object task = task(hook);
                if (task != null
                        && task.getClass().getName().equals(HOOK)
                        && task.getClass().getClassLoader() == NativeRuntime.class.getClassLoader()) {
                    Runtime.getRuntime().removeShutdownHook(hook);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "ONNX Runtime stays in memory until the JVM ends, which --add-opens java.base/java.lang=ALL-UNNAMED"
                            + " would change: {0}",
                    String.valueOf(e));
        }
    }

    /** Returns the JVM's hooks; empty while the JVM ends. */
    static List<Thread> hooks() throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.ApplicationShutdownHooks");
        synchronized (type) {
            Object hooks = value(type, "hooks", null);
            return hooks == null
                    ? List.of()
                    : ((Map<?, ?>) hooks)
                            .keySet().stream().map(Thread.class::cast).toList();
        }
    }

    /** Returns the task of a thread that has not started. Since Java 19 the thread keeps it in a holder. */
    private static @Nullable Object task(Thread thread) throws ReflectiveOperationException {
        try {
            return value(Thread.class, "target", thread);
        } catch (NoSuchFieldException e) {
            Object holder = Objects.requireNonNull(value(Thread.class, "holder", thread));
            return value(holder.getClass(), "task", holder);
        }
    }

    private static @Nullable Object value(Class<?> type, String name, @Nullable Object of)
            throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
