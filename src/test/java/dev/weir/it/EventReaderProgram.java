package dev.weir.it;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads events with the SSE client of JAX-RS on the class path, until an event has the name {@code done} or {@code error}.
 * Prints the implementation, and then the id, name and data of each event on a line.
 */
final class EventReaderProgram {
    private static final int PATIENCE_SECONDS = 30;

    private EventReaderProgram() {}

    /**
     * Reads and prints.
     *
     * @param args the address of the events
     */
    public static void main(String[] args) throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Client client = ClientBuilder.newClient();
        System.out.println(client.getClass().getName());
        try (SseEventSource source =
                SseEventSource.target(client.target(args[0])).build()) {
            source.register(
                    event -> {
                        if (!event.isEmpty()) {
                            seen.add(event.getId() + "\t" + event.getName() + "\t" + event.readData());
                        }
                    },
                    failure -> seen.add("\terror\t" + failure));
            source.open();
            String line;
            do {
                line = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                System.out.println(line);
            } while (line != null && !line.contains("\tdone\t") && !line.contains("\terror\t"));
        }
        // The threads of some implementations do not end with the program.
        System.exit(0);
    }
}
