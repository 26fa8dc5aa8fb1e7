package dev.weir.server;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of one application, with the server's managed thread factory until the application ends. Thread-safe.
 *
 * <p>On WildFly a new managed thread keeps the creating thread's request context for its lifetime. So a request's thread must not
 * create threads.
 */
public final class ManagedThreads {
    private final ThreadFactory factory;
    private volatile boolean ending;

    public ManagedThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** A factory of threads with the name {@code weir-<purpose>-<number>}. */
    public ThreadFactory of(String purpose) {
        return task -> {
            Thread thread = ending ? own(task) : factory.newThread(task);
            thread.setName("weir-" + purpose + "-" + thread.getId());
            return thread;
        };
    }

    /**
     * Makes a thread without the server's factory. Like the server's threads it is a daemon and has the application's class
     * loader.
     */
    public static Thread own(Runnable task) {
        Thread thread = new Thread(null, task, "weir");
        thread.setDaemon(true);
        thread.setContextClassLoader(ManagedThreads.class.getClassLoader());
        return thread;
    }

    /**
     * Stops the use of the server's factory. When an application ends, Payara starts such threads but runs nothing on them.
     * Callbacks of upstreams that still answer would be lost.
     */
    public void end() {
        ending = true;
    }
}
