package dev.weir.runtime;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * The JDK links the methods of a record by handles that remember the type that they were last adapted to: the record for which
 * that was done last, and so the application it is of, which has ended, would stay in memory until another is linked.
 */
public final class RecordMethods {
    private static final System.Logger LOG = System.getLogger(RecordMethods.class.getName());

    private RecordMethods() {}

    /** Has the JDK link once more, for a type of its own. To be called last. */
    public static void forget() {
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
