package dev.weir.upstream.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LazyClientTest {
    private static final UpstreamRequest REQUEST =
            new UpstreamRequest("GET", URI.create("http://127.0.0.1/"), Headers.NONE, List.of(), false);

    private final List<Runnable> tasks = new ArrayList<>();
    private final FakeClient fake = new FakeClient();
    private final Failure failure = new Failure();

    private static final class FakeClient implements UpstreamClient {
        private final AtomicInteger starts = new AtomicInteger();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        UpstreamClient started() {
            starts.incrementAndGet();
            return this;
        }

        @Override
        public @Nullable UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver) {
            sent.incrementAndGet();
            return null;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static final class Failure implements UpstreamReceiver {
        private @Nullable Kind kind;

        @Override
        public void onHead(int status, Headers headers) {}

        @Override
        public void onPiece(ByteBuffer piece) {}

        @Override
        public void onEnd() {}

        @Override
        public void onFailure(UpstreamFailure why) {
            kind = why.kind();
        }
    }

    @Test
    void theMakerDoesNotWaitForTheStart() {
        LazyClient client = new LazyClient(fake::started, tasks::add);
        assertThat(fake.starts).hasValue(0);
        tasks.get(0).run();
        assertThat(fake.starts).hasValue(1);
        client.send(REQUEST, failure);
        client.close();
        assertThat(fake.starts).hasValue(1);
        assertThat(fake.sent).hasValue(1);
        assertThat(fake.closed).hasValue(1);
    }

    @Test
    void theFirstCallStartsAClientThatNoThreadStarted() {
        LazyClient client = new LazyClient(fake::started, task -> {
            throw new RejectedExecutionException("by the test");
        });
        client.send(REQUEST, failure);
        client.send(REQUEST, failure);
        assertThat(fake.starts).hasValue(1);
        assertThat(fake.sent).hasValue(2);
        assertThat(failure.kind).isNull();
    }

    @Test
    void aStartThatFailsIsTheFailureOfTheCallAndIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        LazyClient client = new LazyClient(
                () -> {
                    if (tries.incrementAndGet() <= 2) {
                        throw new IllegalStateException("by the test");
                    }
                    return fake.started();
                },
                Runnable::run);
        client.send(REQUEST, failure);
        assertThat(failure.kind).isEqualTo(Kind.FAILED);
        client.send(REQUEST, new Failure());
        assertThat(fake.sent).hasValue(1);
    }

    @Test
    void aClientThatIsClosedBeforeItStartsNeverDoes() {
        LazyClient client = new LazyClient(fake::started, tasks::add);
        client.close();
        tasks.get(0).run();
        client.send(REQUEST, failure);
        assertThat(failure.kind).isEqualTo(Kind.CLOSED);
        assertThat(fake.starts).hasValue(0);
    }
}
