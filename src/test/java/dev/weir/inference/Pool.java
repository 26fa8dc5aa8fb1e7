package dev.weir.inference;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Threads in place of the server's threads. */
public final class Pool implements AfterAllCallback, Executor {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        threads.shutdownNow();
    }
}
