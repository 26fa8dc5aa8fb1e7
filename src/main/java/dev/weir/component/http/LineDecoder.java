package dev.weir.component.http;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * JSON lines: each line that is not blank is a payload, the last one also without its line break. {@code [DONE]} ends the
 * stream.
 */
final class LineDecoder implements BodyDecoder {
    private final LineBuffer lines;
    private boolean done;

    LineDecoder(int maxLineBytes) {
        this.lines = new LineBuffer(maxLineBytes);
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        while (!done && lines.next(piece)) {
            line(payloads);
        }
        return !done;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        if (lines.finish()) {
            line(payloads);
        }
    }

    private void line(Consumer<Object> payloads) {
        String line = lines.text(0);
        if (line.strip().equals(DONE)) {
            done = true;
        } else if (!line.isBlank()) {
            payloads.accept(line);
        }
    }
}
