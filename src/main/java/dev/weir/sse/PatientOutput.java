package dev.weir.sse;

import java.io.IOException;
import java.io.OutputStream;

/** The output to one client, each write of which has the client's {@link Patience}. Closing it leaves the output open. */
public final class PatientOutput extends OutputStream {
    private final OutputStream out;
    private final Patience patience;

    /** Writes to {@code out}; {@code patience} is closed with this. */
    public PatientOutput(OutputStream out, Patience patience) {
        this.out = out;
        this.patience = patience;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        patience.write(() -> out.write(bytes, from, length));
    }

    @Override
    public void flush() throws IOException {
        patience.write(out::flush);
    }

    @Override
    public void close() {
        patience.close();
    }
}
