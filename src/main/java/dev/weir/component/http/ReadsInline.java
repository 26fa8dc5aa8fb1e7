package dev.weir.component.http;

import java.util.concurrent.Executor;

/**
 * Has the JDK's HTTP client hand on what it has read on the thread that read it: to decode a piece and to put it into a queue
 * takes a few microseconds, less than it costs to wake another thread, which then has to wake the reading one for the next
 * piece. All else that the client gives away, such as the work of a TLS handshake, goes to other threads.
 *
 * <p>The price: all streams of one client, with what decrypting and unpacking them takes, share its reading thread, and a GET
 * or HEAD that is tried again since its kept connection had just been closed looks its host up on it.
 *
 * <p>The client does not say what a task is; its class does. Should another JDK call it otherwise, other threads do this too.
 *
 * @param others run what may take longer
 * @param afterEach run on the reading thread when it has handed on a piece, before it reads the next
 */
record ReadsInline(Executor others, Runnable afterEach) implements Executor {
    private static final String HANDS_ON = "jdk.internal.net.http.common.SequentialScheduler$SchedulableTask";

    private static final ClassValue<Boolean> IS_SHORT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getName().equals(HANDS_ON);
        }
    };

    @Override
    public void execute(Runnable task) {
        if (IS_SHORT.get(task.getClass())) {
            task.run();
            afterEach.run();
        } else {
            others.execute(task);
        }
    }
}
