package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.body.BodyLimits;
import dev.weir.component.http.body.Charsets;
import dev.weir.component.http.body.Framing;
import dev.weir.component.http.body.StreamReading;
import dev.weir.component.http.body.WholeReading;
import dev.weir.component.http.body.WholeValue;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.ReportedSummary;
import dev.weir.config.HttpAction;
import dev.weir.config.StreamFormat;
import dev.weir.config.StreamFraming;
import dev.weir.json.JsonProjection;
import dev.weir.json.JsonSyntaxException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Continuations;
import dev.weir.stream.SourceReading;
import dev.weir.stream.Summary;
import dev.weir.upstream.UpstreamCall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's answer after its headers have arrived. Its body is read once, by exactly one of the methods that take it.
 * Closing the answer ends the call, unless a stream has taken the body: then the end of the stream ends the call.
 */
final class HttpAnswer implements AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;
    /** A character has at most four bytes in the supported charsets. */
    private static final int SHOWN_BYTES = 4 * UpstreamErrors.SHOWN_CHARACTERS;

    private final int status;
    private final AnswerHeaders headers;
    private final UpstreamCall call;
    private final AnswerReceiver receiver;
    private final CallContext context;
    private final ReportedSummary reported = new ReportedSummary();
    private boolean streaming;

    HttpAnswer(AnswerReceiver.Head head, UpstreamCall call, AnswerReceiver receiver, CallContext context) {
        this.status = head.status();
        this.headers = new AnswerHeaders(head.headers());
        this.call = call;
        this.receiver = receiver;
        this.context = context;
    }

    int status() {
        return status;
    }

    /** The finish reason and the counts of tokens that the body has reported so far, if it was read as JSON. */
    Summary summary() {
        return reported.summary();
    }

    Optional<String> header(String name) {
        return headers.first(name);
    }

    @Override
    public void close() {
        if (!streaming) {
            call.cancel();
        }
    }

    /** The result of {@code reading}. The answer is closed before the future completes. */
    <T> CompletableFuture<T> closedAfter(Supplier<CompletableFuture<T>> reading) {
        return Continuations.started(reading).whenComplete((value, failure) -> close());
    }

    /** Completes at once for a 2xx status. Otherwise takes the body and fails; the message shows the beginning of the body. */
    CompletableFuture<Void> succeeded() {
        if (status / 100 == 2) {
            return CompletableFuture.completedFuture(null);
        }
        return beginning().thenAccept(beginning -> {
            throw UpstreamErrors.status(
                    status,
                    beginning,
                    header("Retry-After")
                            .map(value -> RetryAfter.parse(value, Clock.systemUTC()))
                            .orElse(null));
        });
    }

    /** Takes the body and gives its beginning, as far as it arrived. A final {@code …} marks a cut. */
    CompletableFuture<String> beginning() {
        ByteArrayOutputStream beginning = new ByteArrayOutputStream();
        return Continuations.started(() -> readAll(
                        headers.decoded(new StreamReading(Framing.BYTES, false, "", limits(PIECE_BYTES)).decoder()),
                        piece -> {
                            byte[] bytes = (byte[]) piece;
                            beginning.write(bytes, 0, Math.min(bytes.length, SHOWN_BYTES + 1 - beginning.size()));
                            return beginning.size() <= SHOWN_BYTES;
                        }))
                .handle((none, failure) -> shown(beginning, failure));
    }

    /**
     * The text for a message.
     *
     * @param failure why the rest of the body could not be read; not reported, since the status says more
     */
    private String shown(ByteArrayOutputStream beginning, @Nullable Throwable failure) {
        boolean whole = failure == null;
        if (failure != null) {
            context.cancellation().throwIfCancelled();
            if (!(Continuations.cause(failure) instanceof WeirException)) {
                throw new CompletionException(Continuations.cause(failure));
            }
        }
        String text = Charsets.lenientText(headers.contentType(), beginning.toByteArray());
        if (whole && beginning.size() <= SHOWN_BYTES && text.length() <= UpstreamErrors.SHOWN_CHARACTERS) {
            return text;
        }
        // The mark tells the secret mask to look for a secret's beginning; a broken character at the end would hide it.
        return (text.endsWith("\uFFFD") ? text.substring(0, text.length() - 1) : text) + "…";
    }

    /** Takes the body as {@code action} shapes it: a value or a stream. */
    CompletableFuture<Output> output(HttpAction action, Scope scope) {
        Template output = action.output();
        return (output == null ? action.streamFormat() != StreamFormat.NONE : output.streams())
                ? CompletableFuture.completedFuture(streamed(action, scope))
                : whole(action).thenApply(value -> shaped(value, output, scope));
    }

    private Output shaped(@Nullable Object value, @Nullable Template output, Scope scope) {
        Object shaped = output == null
                ? value
                : output.render((source, name) -> source == Source.RESPONSE ? value : scope.value(source, name));
        boolean sameBytes = shaped instanceof byte[] && shaped == value;
        return new Output.Value(
                shaped, sameBytes ? Optional.of(headers.content().withoutLength()) : Optional.empty(), summary());
    }

    /** Takes the body as chunks, each shaped by the action's output. */
    private Output streamed(HttpAction action, Scope scope) {
        StreamFormat format = action.streamFormat();
        Framing framing = format == StreamFormat.NONE ? Framing.BYTES : framing(action);
        BodyDecoder decoder = new StreamReading(
                        framing, format == StreamFormat.JSON, headers.contentType(), limits(action.chunkSize()))
                .decoder();
        ChunkSource payloads = read(headers.decoded(decoder));
        streaming = true;
        if (format == StreamFormat.NONE) {
            return relayed(action, scope, payloads);
        }
        return new Output.Streamed(
                RequiredChunksSource.of(payloads, shaping(action, scope)), Optional.empty(), summary());
    }

    private Output relayed(HttpAction action, Scope scope, ChunkSource payloads) {
        Template output = action.output();
        boolean asItCame = output == null || output.toString().equals("${response[]}");
        Content content = headers.content();
        return new Output.Streamed(
                payloads.map(shaping(action, scope)), Optional.of(asItCame ? content : content.withoutLength()));
    }

    private ChunkSource.ChunkMapper shaping(HttpAction action, Scope scope) {
        Template output = action.output();
        if (action.streamFormat() != StreamFormat.JSON) {
            return payload -> output == null ? payload : output.render(scope.withChunk(payload));
        }
        JsonProjection projection = output == null ? JsonProjection.everything() : output.chunkProjection();
        return payload -> {
            Object value = payload instanceof String text ? json(text, reported.with(projection)) : payload;
            reported.read(value);
            return output == null ? value : output.render(scope.withChunk(value));
        };
    }

    /** Takes the whole body: JSON by its content type, a stream as a list of its payloads, otherwise text or bytes. */
    CompletableFuture<@Nullable Object> whole(HttpAction action) {
        boolean json = action.streamFormat() != StreamFormat.TEXT;
        BodyDecoder decoder =
                new WholeReading(framing(action), json, headers.contentType(), limits(PIECE_BYTES)).decoder();
        List<@Nullable Object> values = new ArrayList<>();
        AtomicLong characters = new AtomicLong();
        boolean[] one = new boolean[1];
        return readAll(headers.decoded(decoder), payload -> {
                    if (payload instanceof WholeValue whole) {
                        one[0] = true;
                        reported.read(whole.value());
                        return values.add(whole.value());
                    }
                    throwIfTooLong(characters.addAndGet(payload.toString().length()));
                    Object value =
                            json && payload instanceof String text ? json(text, JsonProjection.everything()) : payload;
                    reported.read(value);
                    return values.add(value);
                })
                .thenApply(none -> one[0] ? values.get(0) : values);
    }

    private static Framing framing(HttpAction action) {
        return framing(action.streamFraming());
    }

    private static Framing framing(StreamFraming declared) {
        return switch (declared) {
            case AUTO -> Framing.AUTO;
            case SSE -> Framing.SSE;
            case LINES -> Framing.LINES;
            case JSON -> Framing.JSON;
            case BYTES -> Framing.BYTES;
        };
    }

    private BodyLimits limits(int chunkBytes) {
        return new BodyLimits(context.limits().maxEventBytes(), context.limits().maxAnswerBytes(), chunkBytes);
    }

    private ChunkSource read(BodyDecoder decoder) {
        return UpstreamBody.read(call, receiver, headers.announced(), decoder, context);
    }

    /**
     * Reads the body through {@code decoder} on task threads: inflating and parsing a whole answer is slow, and a client's
     * thread serves several connections. The decoder is closed before the future completes.
     */
    private CompletableFuture<Void> readAll(BodyDecoder decoder, ChunkSource.ChunkReader reader) {
        boolean[] wants = {true};
        return Continuations.started(() -> {
                    BodyDecoder bytes = new StreamReading(Framing.BYTES, false, "", limits(PIECE_BYTES)).decoder();
                    return SourceReading.readAll(
                            read(bytes),
                            piece -> {
                                decoder.add(ByteBuffer.wrap((byte[]) piece));
                                wants[0] = drained(decoder, reader);
                                return wants[0];
                            },
                            context.tasks());
                })
                .thenRun(() -> {
                    if (wants[0]) {
                        decoder.end();
                        drained(decoder, reader);
                    }
                })
                .whenComplete((none, failure) -> decoder.close());
    }

    /** Passes the decoder's payloads to {@code reader}. False when the reader wants no more or the decoder is done. */
    private static boolean drained(BodyDecoder decoder, ChunkSource.ChunkReader reader) {
        for (Object payload = decoder.next(); payload != null; payload = decoder.next()) {
            if (!reader.read(payload)) {
                return false;
            }
        }
        return !decoder.isDone();
    }

    private void throwIfTooLong(long size) {
        if (size > context.limits().maxAnswerBytes()) {
            throw UpstreamErrors.tooLong(
                    "answer", "weir.http.max-answer", context.limits().maxAnswerBytes());
        }
    }

    private @Nullable Object json(String text, JsonProjection projection) {
        try {
            return projection.read(text);
        } catch (JsonSyntaxException e) {
            throw UpstreamErrors.notJson(headers.contentType(), text, e);
        }
    }
}
