package dev.weir.process;

import java.time.Duration;
import java.util.List;

/**
 * What is to be kept running.
 *
 * @param id names it in messages
 * @param port where it listens, on this machine
 * @param preparation run once, one after another, before the first start; a failure ends it all
 * @param start run one after another at every start; the last is the service, at least that
 * @param clean run one after another when all has ended
 * @param health how its health is judged
 */
public record Service(
        String id, int port, List<Command> preparation, List<Command> start, List<Command> clean, Health health) {

    public Service {
        preparation = List.copyOf(preparation);
        start = List.copyOf(start);
        clean = List.copyOf(clean);
        if (start.isEmpty()) {
            throw new IllegalArgumentException("a service needs a command");
        }
    }

    Command main() {
        return start.get(start.size() - 1);
    }

    /**
     * How the answers of a probe are judged.
     *
     * @param keepsAsking false if the first good answer is the last question
     * @param interval the wait between two questions, once it is ready
     * @param retries how many questions in a row must fail before it counts as ill
     * @param startPeriod how long after the start failures do not count
     * @param startTimeout how long it may be not ready before it counts as failed
     */
    public record Health(
            boolean keepsAsking, Duration interval, int retries, Duration startPeriod, Duration startTimeout) {}
}
