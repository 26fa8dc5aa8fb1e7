package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Fails for a body that should be JSON. It first collects enough bytes to show the beginning in the message. */
final class NotJsonDecoder implements BodyDecoder {
    private final String contentType;
    private final HeldBytes held = new HeldBytes();
    private boolean ended;
    private boolean closed;

    NotJsonDecoder(String contentType) {
        this.contentType = contentType;
    }

    @Override
    public void add(ByteBuffer piece) {
        held.add(piece);
    }

    @Override
    public @Nullable Object next() {
        if (!closed && (ended || held.length() > UpstreamErrors.SHOWN_CHARACTERS)) {
            int shown = Math.min(held.length(), UpstreamErrors.SHOWN_CHARACTERS + 1);
            throw UpstreamErrors.notJson(
                    contentType, new String(held.array, held.start, shown, StandardCharsets.UTF_8), null);
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
