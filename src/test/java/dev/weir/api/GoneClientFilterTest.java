package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.api.GoneClientFilter.QuietlyClosed;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GoneClientFilterTest {
    private final AtomicInteger calls = new AtomicInteger();

    private final OutputStream gone = new OutputStream() {
        @Override
        public void write(int one) throws IOException {
            calls.incrementAndGet();
            throw new IOException("Connection is closed");
        }

        @Override
        public void flush() throws IOException {
            write(0);
        }

        @Override
        public void close() throws IOException {
            write(0);
        }
    };

    @Test
    void aStreamsWriterIsToldThatItsClientHasGoneAndItsEndIsSilent() throws Exception {
        QuietlyClosed out = new QuietlyClosed(gone, true);
        assertThatThrownBy(() -> out.write(new byte[2])).hasMessage("Connection is closed");
        assertThatCode(out::flush).doesNotThrowAnyException();
        assertThatThrownBy(() -> out.write('a')).hasMessage("Connection is closed");
        out.close();
    }

    @Test
    void aProblemForAClientThatBrokeOffInItsRequestGoesNowhere() throws Exception {
        QuietlyClosed out = new QuietlyClosed(gone, false);
        out.write(new byte[2]);
        out.write('a');
        out.flush();
        assertThat(calls).as("tried once").hasValue(1);
        out.close();
    }
}
