package dev.weir.sse;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Numbered;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds ids of the form {@code task:number} to the events of another framing. The failure that ends a stream has the id
 * {@code task:end}, so that it is not sent again.
 */
final class IdentifiedFraming implements EventFraming {
    private final EventFraming framing;
    private final String idLine;

    IdentifiedFraming(EventFraming framing, String taskId, @Nullable Object previous) {
        this.framing = framing;
        this.idLine = "id: " + taskId + ":";
        if (previous != null) {
            // The framing may hold back a part of this chunk, which belongs to the next chunk also on another
            // connection.
            framing.frame(previous, new ByteBuilder());
        }
    }

    @Override
    public String contentType() {
        return framing.contentType();
    }

    @Override
    public void frame(@Nullable Object chunk, ByteBuilder out) {
        Numbered numbered = (Numbered) Objects.requireNonNull(chunk, "each chunk has a number");
        int before = out.size();
        out.ascii(idLine).ascii(Long.toString(numbered.number())).ascii("\n");
        int begin = out.size();
        framing.frame(numbered.value(), out);
        if (out.size() == begin) {
            out.shorten(before);
        }
    }

    @Override
    public void heartbeat(boolean begun, ByteBuilder out) {
        framing.heartbeat(begun, out);
    }

    @Override
    public void finish(ByteBuilder out) {
        framing.finish(out);
    }

    @Override
    public void complete(ByteBuilder out) {
        framing.complete(out);
    }

    /** The failure {@code SUPERSEDED} gets no id: its client may continue after the last chunk that it received. */
    @Override
    public void fail(WeirException failure, String problem, ByteBuilder out) {
        if (failure.code() != ErrorCode.SUPERSEDED) {
            out.ascii(idLine).ascii(END).ascii("\n");
        }
        framing.fail(failure, problem, out);
    }
}
