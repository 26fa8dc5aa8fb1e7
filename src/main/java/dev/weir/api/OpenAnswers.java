package dev.weir.api;

import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.sse.OpenResponses;
import dev.weir.stream.Timers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The responses of this application that are being answered. */
@ApplicationScoped
public class OpenAnswers {
    private OpenResponses responses;

    /** For the container's proxies. */
    protected OpenAnswers() {}

    @Inject
    OpenAnswers(Pools pools, Settings settings) {
        responses = new OpenResponses(
                new OpenResponses.Limits(settings.heartbeat(), settings.firstChunkWait(), settings.writeTimeout()),
                new Timers(pools.timers()),
                pools.tasks(),
                new GoneClients(SocketTable.system()));
    }

    OpenResponses responses() {
        return responses;
    }
}
