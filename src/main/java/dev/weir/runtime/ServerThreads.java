package dev.weir.runtime;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of one application, with the server's managed thread factory as long as the application lives.
 * Thread-safe.
 *
 * <p>WildFly has a thread keep for its life what the one that asked for it was at: a request, its response and whatever that
 * was made of. There one asks that is never at anything.
 */
final class ServerThreads {
    private final ThreadFactory factory;
    private final @Nullable ExecutorService maker;
    private volatile boolean ending;

    /** To be made by a thread that is at no request. */
    ServerThreads(ManagedThreadFactory factory) {
        this(factory, keepsWhatAsked(factory.getClass().getName()));
    }

    ServerThreads(ThreadFactory factory, boolean askFromOneThread) {
        this.factory = factory;
        this.maker = askFromOneThread ? maker(factory) : null;
    }

    /** Its thread is made now, while the calling one is at no request. */
    private static ExecutorService maker(ThreadFactory factory) {
        ThreadPoolExecutor maker =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = factory.newThread(task);
                    thread.setName("weir-threads");
                    return thread;
                });
        maker.prestartAllCoreThreads();
        return maker;
    }

    /** Whether the threads of that factory keep what the thread that asked for them was at. */
    static boolean keepsWhatAsked(String factory) {
        return factory.startsWith("org.jboss.as.");
    }

    /** Threads called {@code weir-}, the purpose and a number. */
    ThreadFactory of(String purpose) {
        return task -> {
            Thread thread = ending ? own(task) : made(task);
            thread.setName("weir-" + purpose + "-" + thread.getId());
            return thread;
        };
    }

    private Thread made(Runnable task) {
        if (maker == null) {
            return factory.newThread(task);
        }
        try {
            return CompletableFuture.supplyAsync(() -> factory.newThread(task), maker)
                    .join();
        } catch (RejectedExecutionException e) {
            return own(task);
        } catch (CompletionException e) {
            throw new IllegalStateException("the server made no thread", e.getCause());
        }
    }

    /**
     * A thread that is made here instead of by the server. As the server's, it sees the application's classes, and keeps no JVM
     * from ending.
     */
    static Thread own(Runnable task) {
        Thread thread = new Thread(null, task, "weir");
        thread.setDaemon(true);
        thread.setContextClassLoader(ServerThreads.class.getClassLoader());
        return thread;
    }

    /**
     * From now on threads are made here instead of by the server: of an application that ends, Payara starts them and then
     * runs nothing on them, so that the callbacks of an upstream that still answers would be lost.
     */
    void end() {
        ending = true;
        if (maker != null) {
            maker.shutdown();
        }
    }
}
