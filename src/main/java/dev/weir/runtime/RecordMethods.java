package dev.weir.runtime;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Releases the last record of this application from the JDK. The JDK links the methods of records by handles that keep the last
 * type to which they were adapted. That record, and so its ended application, stays in memory until another record is linked.
 */
public final class RecordMethods {
    private static final System.Logger LOG = System.getLogger(RecordMethods.class.getName());

    private RecordMethods() {}

    /** Links once more, for a type of the JDK. To be called last. */
    public static void releaseLast() {
        link("equals", MethodType.methodType(boolean.class, String.class, Object.class));
        link("hashCode", MethodType.methodType(int.class, String.class));
        link("toString", MethodType.methodType(String.class, String.class));
    }

    private static void link(String method, MethodType type) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle component = lookup.findVirtual(String.class, "toString", MethodType.methodType(String.class));
            ObjectMethods.bootstrap(lookup, method, type, String.class, "component", component);
        } catch (Throwable e) {
            LOG.log(Level.DEBUG, "the JDK remembers the last record of this application", e);
        }
    }
}
