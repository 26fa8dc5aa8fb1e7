package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.binding.JsonSyntaxException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.config.HttpAction;
import dev.weir.config.StreamFormat;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's answer whose headers are there and whose body is still to be read, once, by exactly one of the methods that
 * take it.
 */
final class HttpAnswer {
    private static final int PIECE_BYTES = 16 * 1024;

    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    private final HttpLimits limits;
    private final Duration timeout;
    private final ScheduledExecutorService timers;
    private final Cancellation cancellation;
    private final String contentType;
    private final String mediaType;

    HttpAnswer(
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response,
            HttpLimits limits,
            Duration timeout,
            ScheduledExecutorService timers,
            Cancellation cancellation) {
        this.response = response;
        this.limits = limits;
        this.timeout = timeout;
        this.timers = timers;
        this.cancellation = cancellation;
        this.contentType = response.headers().firstValue("Content-Type").orElse("application/octet-stream");
        this.mediaType = MediaTypes.of(contentType);
    }

    /** Takes the body and throws when the status is not a 2xx; the message shows how the body begins. */
    void throwIfFailed() throws InterruptedException {
        int status = response.statusCode();
        if (status / 100 != 2) {
            ByteArrayOutputStream beginning = new ByteArrayOutputStream();
            try {
                readBeginning(beginning, UpstreamErrors.SHOWN_CHARACTERS + 1);
            } catch (WeirException e) {
                // The status tells more than why its explanation broke off.
                cancellation.throwIfCancelled();
            }
            throw UpstreamErrors.status(status, beginning.toString(StandardCharsets.UTF_8));
        }
    }

    /** Takes the body as chunks, each shaped by the action's output. */
    Output streamed(HttpAction action, Scope scope) {
        StreamFormat format = action.streamFormat();
        ChunkSource payloads = read(decoder(format, action.chunkSize()));
        Template output = action.output();
        ChunkSource chunks = payloads.map(payload -> {
            Object chunk = format == StreamFormat.JSON ? json(payload) : payload;
            return output == null ? chunk : output.render(scope.withChunk(chunk));
        });
        return new Output.Streamed(chunks, format == StreamFormat.NONE ? Optional.of(contentType) : Optional.empty());
    }

    /** Takes the whole body: JSON by its content type, a stream as the list of its payloads, otherwise text or bytes. */
    @Nullable
    Object whole(StreamFormat format) throws InterruptedException {
        if (MediaTypes.isEventStream(mediaType) || MediaTypes.isJsonLines(mediaType)) {
            return payloads(format);
        }
        byte[] body = bytes();
        if (MediaTypes.isJson(mediaType)) {
            return json(new String(body, StandardCharsets.UTF_8));
        }
        return mediaType.startsWith("text/") ? new String(body, StandardCharsets.UTF_8) : body;
    }

    private BodyDecoder decoder(StreamFormat format, int chunkSize) {
        if (format == StreamFormat.NONE) {
            return new PieceDecoder(chunkSize);
        }
        if (MediaTypes.isEventStream(mediaType)) {
            return new EventStreamDecoder(limits.maxEventBytes());
        }
        if (MediaTypes.isJsonLines(mediaType)) {
            return new LineDecoder(limits.maxEventBytes());
        }
        if (MediaTypes.isJson(mediaType)) {
            return new WholeDecoder(limits.maxAnswerBytes());
        }
        return format == StreamFormat.JSON ? new LineDecoder(limits.maxEventBytes()) : new TextDecoder();
    }

    private ChunkSource read(BodyDecoder decoder) {
        ChunkSource source = UpstreamBody.read(response.body(), decoder, limits.streamCapacity(), timeout, timers);
        cancellation.onCancel(source::close);
        return source;
    }

    private List<@Nullable Object> payloads(StreamFormat format) throws InterruptedException {
        List<@Nullable Object> payloads = new ArrayList<>();
        StreamFormat framed = format == StreamFormat.NONE ? StreamFormat.JSON : format;
        AtomicLong characters = new AtomicLong();
        read(decoder(framed, PIECE_BYTES)).readAll(payload -> {
            throwIfTooLong(characters.addAndGet(payload.toString().length()));
            return payloads.add(framed == StreamFormat.JSON ? json(payload) : payload);
        });
        return payloads;
    }

    private byte[] bytes() throws InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        readBeginning(body, limits.maxAnswerBytes() + 1L);
        throwIfTooLong(body.size());
        return body.toByteArray();
    }

    private void throwIfTooLong(long size) {
        if (size > limits.maxAnswerBytes()) {
            throw new WeirException(
                    ErrorCode.UPSTREAM_FAILED,
                    "the upstream's answer is longer than weir.http.max-answer allows, " + limits.maxAnswerBytes()
                            + " bytes");
        }
    }

    /** Takes the body's first bytes, at most {@code limit} of them; what came before a failure stays in {@code into}. */
    private void readBeginning(ByteArrayOutputStream into, long limit) throws InterruptedException {
        read(new PieceDecoder(PIECE_BYTES)).readAll(chunk -> {
            byte[] piece = (byte[]) chunk;
            into.write(piece, 0, (int) Math.min(piece.length, limit - into.size()));
            return into.size() < limit;
        });
    }

    private static @Nullable Object json(Object payload) {
        String text = (String) payload;
        Object value;
        try {
            value = Json.parse(text);
        } catch (JsonSyntaxException e) {
            throw new WeirException(
                    ErrorCode.UPSTREAM_FAILED, "the upstream sent what is not JSON: " + UpstreamErrors.cut(text), e);
        }
        if (value instanceof Map<?, ?> map && map.get("error") != null) {
            throw new WeirException(
                    ErrorCode.UPSTREAM_FAILED,
                    "the upstream reported an error: " + UpstreamErrors.cut(Json.write(map.get("error"))));
        }
        return value;
    }
}
