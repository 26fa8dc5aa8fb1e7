package dev.weir.sse;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Numbered;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Another framing's events with ids of the form {@code task:number}. The failure that ends a stream has the id {@code task:end}, so
 * that it is not told again.
 */
final class IdentifiedFraming implements EventFraming {
    private final EventFraming framing;
    private final String idLine;

    IdentifiedFraming(EventFraming framing, String taskId, @Nullable Object previous) {
        this.framing = framing;
        this.idLine = "id: " + taskId + ":";
        if (previous != null) {
            // What a chunk held back belongs to the next, whichever connection that is on.
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
    public void finish(ByteBuilder out) {
        framing.finish(out);
    }

    /** Whom another connection superseded may come back for what follows its own last event. */
    @Override
    public void fail(WeirException failure, String problem, ByteBuilder out) {
        if (failure.code() != ErrorCode.SUPERSEDED) {
            out.ascii(idLine).ascii(END).ascii("\n");
        }
        framing.fail(failure, problem, out);
    }
}
