package dev.weir.server;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of one application, with the server's managed thread factory as long as the application lives.
 * Thread-safe.
 *
 * <p>WildFly has a thread keep for its life what the one that asked for it was at: a request, its response and whatever that
 * was made of. So none may be asked for by a request's thread.
 */
public final class ManagedThreads {
    private final ThreadFactory factory;
    private volatile boolean ending;

    public ManagedThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Threads called {@code weir-}, the purpose and a number. */
    public ThreadFactory of(String purpose) {
        return task -> {
            Thread thread = ending ? own(task) : factory.newThread(task);
            thread.setName("weir-" + purpose + "-" + thread.getId());
            return thread;
        };
    }

    /**
     * A thread that is made here instead of by the server. As the server's, it sees the application's classes, and keeps no JVM
     * from ending.
     */
    public static Thread own(Runnable task) {
        Thread thread = new Thread(null, task, "weir");
        thread.setDaemon(true);
        thread.setContextClassLoader(ManagedThreads.class.getClassLoader());
        return thread;
    }

    /**
     * From now on threads are made here instead of by the server: of an application that ends, Payara starts them and then
     * runs nothing on them, so that the callbacks of an upstream that still answers would be lost.
     */
    public void end() {
        ending = true;
    }
}
