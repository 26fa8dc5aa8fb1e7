package dev.weir.upstream.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.address.AddressDenied;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class JettyFailuresTest {
    private final JettyCall.Progress progress = new JettyCall.Progress();

    private UpstreamFailure of(Throwable failure) {
        return JettyFailures.of(failure, progress);
    }

    @Test
    void aHandshakeThatFailsWithoutAMessageIsNamedByItsType() {
        UpstreamFailure beforeSending = of(new SSLException((String) null));
        progress.sent = true;
        UpstreamFailure beforeHead = of(new SSLException((String) null));

        assertThat(beforeSending.kind()).isEqualTo(Kind.NOT_SECURE);
        assertThat(beforeSending).hasMessage("SSLException");
        assertThat(beforeHead.kind()).isEqualTo(Kind.NOT_SECURE);
        assertThat(beforeHead).hasMessage("SSLException");
    }

    @Test
    void aMessageIsKept() {
        assertThat(of(new SSLException("the certificate has expired"))).hasMessage("the certificate has expired");
        assertThat(of(new AddressDenied("10.0.0.1, which is no public address")))
                .hasMessage("10.0.0.1, which is no public address");
    }

    @Test
    void aConnectionThatBreaksOffHasWordsOfItsOwn() {
        progress.sent = true;
        progress.headCame = true;

        assertThat(of(new ClosedChannelException())).hasMessage("the connection broke off");
    }
}
