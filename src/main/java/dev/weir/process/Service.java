package dev.weir.process;

import java.time.Duration;
import java.util.List;

/**
 * A service that is kept running.
 *
 * @param id the name in messages
 * @param port the port of this machine on which the service listens
 * @param preparation commands that run one after another before the first start; a failure ends the service
 * @param start commands that run one after another at every start, at least one; the last is the service
 * @param clean commands that run one after another after the end
 * @param health the rules of the health checks
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
     * The rules of the health checks.
     *
     * @param keepsAsking false if the checks end with the first success
     * @param interval the time between two checks of a ready service
     * @param retries the number of failed checks in a row that end the ready state
     * @param startPeriod the time after the start in which failed checks do not count
     * @param startTimeout the time without the ready state after which the service counts as failed
     */
    public record Health(
            boolean keepsAsking, Duration interval, int retries, Duration startPeriod, Duration startTimeout) {}
}
