package dev.weir.inference.onnx;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime leaves in the JVM: a shutdown hook, registered with its first use, which is a class of this application
 * and would keep all of it, its native library too, in memory after the application has ended.
 *
 * <p>Java takes a hook back from whoever has the thread, which ONNX Runtime gives to nobody. So the JVM's own list of hooks
 * is read, by reflection, where {@code java.lang} is open to it: Payara Micro, WildFly and Open Liberty start their JVMs so.
 */
public final class NativeRuntime {
    private static final System.Logger LOG = System.getLogger(NativeRuntime.class.getName());
    private static final String HOOK = "ai.onnxruntime.OrtEnvironment$OrtEnvCloser";

    private NativeRuntime() {}

    /**
     * Takes back the hook of this application's ONNX Runtime. To be called when no model is open nor will be: with its classes,
     * the library leaves memory.
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

    /** None while the JVM ends. */
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

    /** Of a thread that has not begun; since Java 19 it is kept in a holder. */
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
