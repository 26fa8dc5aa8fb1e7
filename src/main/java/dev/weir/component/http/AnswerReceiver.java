package dev.weir.component.http;

import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamReceiver;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps the head of an answer for the run that waits for it, and hands the body on to the reader that comes for it. Thread-safe. */
final class AnswerReceiver implements UpstreamReceiver {
    /** The first of an answer. */
    record Head(int status, Headers headers) {}

    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private @Nullable Body body;
    private boolean ended;
    private @Nullable UpstreamFailure failure;

    /** The reader of a body. */
    interface Body {
        /** A piece that was asked for; holds its bytes only until this returns. */
        void onPiece(ByteBuffer piece);

        /** The body has come whole. */
        void onEnd();

        /** The body broke off. */
        void onFailure(UpstreamFailure failure);
    }

    /** Completed with the head, or exceptionally with what kept it from coming. */
    CompletableFuture<Head> head() {
        return head;
    }

    /** Hands on to {@code reader} what comes from now on, and the end if it has come. */
    void read(Body reader) {
        UpstreamFailure why;
        synchronized (this) {
            body = reader;
            if (!ended) {
                return;
            }
            why = failure;
        }
        tell(reader, why);
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
        // Without a head it is no answer; with one this does nothing.
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
            tell(reader, why);
        }
    }

    private static void tell(Body reader, @Nullable UpstreamFailure why) {
        if (why == null) {
            reader.onEnd();
        } else {
            reader.onFailure(why);
        }
    }
}
