package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.JsonProjection;
import dev.weir.binding.JsonSyntaxException;
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
import dev.weir.config.HttpAction;
import dev.weir.config.StreamFormat;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's answer whose headers are there and whose body is still to be read, once, by exactly one of the methods that
 * take it.
 */
final class HttpAnswer {
    private static final int PIECE_BYTES = 16 * 1024;

    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    private final CallContext context;
    private final AnswerHeaders headers;

    HttpAnswer(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, CallContext context) {
        this.response = response;
        this.context = context;
        this.headers = new AnswerHeaders(response.headers());
    }

    int status() {
        return response.statusCode();
    }

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** Takes the body and throws when the status is not a 2xx; the message shows how the body begins. */
    void throwIfFailed() throws InterruptedException {
        if (status() / 100 != 2) {
            throw UpstreamErrors.status(
                    status(),
                    beginning(),
                    header("Retry-After")
                            .map(value -> RetryAfter.parse(value, Clock.systemUTC()))
                            .orElse(null));
        }
    }

    /** Takes the body and gives how it begins, as far as it came; {@code …} ends what is not all of it. */
    String beginning() throws InterruptedException {
        ByteArrayOutputStream beginning = new ByteArrayOutputStream();
        boolean whole = true;
        try {
            readBeginning(beginning, UpstreamErrors.SHOWN_CHARACTERS + 1);
        } catch (WeirException e) {
            // The status tells more than why its explanation broke off.
            context.cancellation().throwIfCancelled();
            whole = false;
        }
        String text = Charsets.lenientText(headers.declaredType(), beginning.toByteArray());
        if (whole && beginning.size() <= UpstreamErrors.SHOWN_CHARACTERS) {
            return text;
        }
        // The mark tells the guard of secrets to look for the beginning of one; half a character would hide it.
        return (text.endsWith("\uFFFD") ? text.substring(0, text.length() - 1) : text) + "…";
    }

    /** Ends the body, which nobody wants. */
    void discard() {
        UpstreamBody.read(response.body(), bytes(PIECE_BYTES), context).close();
    }

    /** Takes the body as what {@code action} makes of it. */
    Output output(HttpAction action, Scope scope) throws InterruptedException {
        Template output = action.output();
        if (output == null ? action.streamFormat() != StreamFormat.NONE : output.streams()) {
            return streamed(action, scope);
        }
        Object value = whole(action.streamFormat());
        Object shaped = output == null
                ? value
                : output.render((source, name) -> source == Source.RESPONSE ? value : scope.value(source, name));
        boolean sameBytes = shaped instanceof byte[] && shaped == value;
        return new Output.Value(
                shaped, sameBytes ? Optional.of(headers.content().withoutLength()) : Optional.empty());
    }

    /** Takes the body as chunks, each shaped by the action's output. */
    private Output streamed(HttpAction action, Scope scope) {
        StreamFormat format = action.streamFormat();
        Template output = action.output();
        JsonProjection projection =
                output == null ? JsonProjection.everything() : JsonProjection.of(output.references(), List.of());
        ChunkSource payloads = read(decoder(format, action.chunkSize()));
        ChunkSource chunks = payloads.map(payload -> {
            Object chunk = format == StreamFormat.JSON ? json(payload, projection) : payload;
            return output == null ? chunk : output.render(scope.withChunk(chunk));
        });
        if (format != StreamFormat.NONE) {
            return new Output.Streamed(chunks);
        }
        boolean asItCame = output == null || output.toString().equals("${response[]}");
        Content content = headers.content();
        return new Output.Streamed(chunks, Optional.of(asItCame ? content : content.withoutLength()));
    }

    /** Takes the whole body: JSON by its content type, a stream as the list of its payloads, otherwise text or bytes. */
    @Nullable
    Object whole(StreamFormat format) throws InterruptedException {
        boolean json = format != StreamFormat.TEXT;
        WholeReading reading = new WholeReading(Framing.AUTO, json, headers.declaredType(), limits(PIECE_BYTES));
        List<@Nullable Object> payloads = new ArrayList<>();
        List<WholeValue> whole = new ArrayList<>();
        AtomicLong characters = new AtomicLong();
        readAll(headers.decoded(reading.decoder()), payload -> {
            if (payload instanceof WholeValue value) {
                return whole.add(value);
            }
            throwIfTooLong(characters.addAndGet(payload.toString().length()));
            return payloads.add(json ? json(payload, JsonProjection.everything()) : payload);
        });
        return whole.isEmpty() ? payloads : whole.get(0).value();
    }

    private BodyDecoder decoder(StreamFormat format, int chunkSize) {
        Framing framing = format == StreamFormat.NONE ? Framing.BYTES : Framing.AUTO;
        boolean json = format == StreamFormat.JSON;
        return headers.decoded(new StreamReading(framing, json, headers.declaredType(), limits(chunkSize)).decoder());
    }

    private BodyDecoder bytes(int chunkSize) {
        return new StreamReading(Framing.BYTES, false, "", limits(chunkSize)).decoder();
    }

    private BodyLimits limits(int chunkSize) {
        HttpLimits limits = context.limits();
        return new BodyLimits(limits.maxEventBytes(), limits.maxAnswerBytes(), chunkSize);
    }

    /** The stream that the run's end closes. */
    private ChunkSource read(BodyDecoder decoder) {
        ChunkSource source = UpstreamBody.read(response.body(), decoder, context);
        context.cancellation().onCancel(source::close);
        return source;
    }

    private void readAll(BodyDecoder decoder, ChunkSource.ChunkReader reader) throws InterruptedException {
        ChunkSource source = UpstreamBody.read(response.body(), decoder, context);
        Cancellation.Registration cancelling = context.cancellation().onCancel(source::close);
        try {
            source.readAll(reader);
        } finally {
            cancelling.close();
        }
    }

    private void throwIfTooLong(long size) {
        if (size > context.limits().maxAnswerBytes()) {
            throw UpstreamErrors.tooLong(
                    "answer", "weir.http.max-answer", context.limits().maxAnswerBytes());
        }
    }

    /** Takes the body's first bytes, at most {@code limit} of them; what came before a failure stays in {@code into}. */
    private void readBeginning(ByteArrayOutputStream into, long limit) throws InterruptedException {
        readAll(headers.decoded(bytes(PIECE_BYTES)), chunk -> {
            byte[] piece = (byte[]) chunk;
            into.write(piece, 0, (int) Math.min(piece.length, limit - into.size()));
            return into.size() < limit;
        });
    }

    private @Nullable Object json(Object payload, JsonProjection projection) {
        String text = (String) payload;
        try {
            return projection.read(text);
        } catch (JsonSyntaxException e) {
            throw UpstreamErrors.notJson(headers.declaredType(), text, e);
        }
    }
}
