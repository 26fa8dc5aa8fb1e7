package dev.weir.component.http;

import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamReceiver;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps the head of an answer for the waiting run and passes the body to a reader that is attached later. Thread-safe. */
final class AnswerReceiver implements UpstreamReceiver {
    /** The status and headers of an answer. */
    record Head(int status, Headers headers) {}

    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private @Nullable Body body;
    private boolean ended;
    private @Nullable UpstreamFailure failure;

    /** The reader of a body. */
    interface Body {
        /** Requested bytes of the body. The buffer is valid only until this method returns. */
        void onPiece(ByteBuffer piece);

        /** The body is complete. */
        void onEnd();

        /** The body broke off. */
        void onFailure(UpstreamFailure failure);
    }

    /** Completes with the head, or fails with the reason why no head arrived. */
    CompletableFuture<Head> head() {
        return head;
    }

    /** Attaches the reader. It gets all further bytes, and the end, also if the end has already come. */
    void read(Body reader) {
        UpstreamFailure why;
        synchronized (this) {
            body = reader;
            if (!ended) {
                return;
            }
            why = failure;
        }
        reportEnd(reader, why);
    }

    @Override
    public void onHead(int status, Headers headers) {
        head.complete(new Head(status, headers));
    }

    @Override
    public void onPiece(ByteBuffer piece) {
        Body reader;
        synchronized (this) {
            reader = body;
        }
        if (reader != null) {
            reader.onPiece(piece);
        }
    }

    @Override
    public void onEnd() {
        // An answer without a head is malformed; if the head came, this has no effect.
        head.completeExceptionally(new UpstreamFailure(UpstreamFailure.Kind.MALFORMED, "answer has no head", null));
        end(null);
    }

    @Override
    public void onFailure(UpstreamFailure why) {
        head.completeExceptionally(why);
        end(why);
    }

    private void end(@Nullable UpstreamFailure why) {
        Body reader;
        synchronized (this) {
            ended = true;
            failure = why;
            reader = body;
        }
        if (reader != null) {
            reportEnd(reader, why);
        }
    }

    private static void reportEnd(Body reader, @Nullable UpstreamFailure why) {
        if (why == null) {
            reader.onEnd();
        } else {
            reader.onFailure(why);
        }
    }
}
