package dev.weir.component.http.body;

import dev.weir.WeirException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Pulls payloads from a decoder as its owner does, and closes it. */
final class Pull {
    static final BodyLimits LIMITS = new BodyLimits(1000, 1000, 1000);

    /** The payloads before the end or the failure. */
    record Outcome(List<Object> payloads, @Nullable WeirException failure) {
        List<Object> whole() {
            if (failure != null) {
                throw failure;
            }
            return payloads;
        }
    }

    private Pull() {}

    /** The payloads of a body in pieces of one size. Throws the failure of the decoder. */
    static List<Object> all(BodyDecoder decoder, byte[] body, int pieceBytes) {
        return outcome(decoder, body, pieceBytes, null).whole();
    }

    static List<Object> all(BodyDecoder decoder, String body) {
        return outcome(decoder, body).whole();
    }

    static Outcome outcome(BodyDecoder decoder, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return outcome(decoder, bytes, Math.max(1, bytes.length), null);
    }

    /** Reads a body in pieces of {@code most} bytes, or of a random size up to that. */
    static Outcome outcome(BodyDecoder decoder, byte[] body, int most, @Nullable Random random) {
        List<Object> payloads = new ArrayList<>();
        try (decoder) {
            int length;
            for (int from = 0; from < body.length && !decoder.isDone(); from += length) {
                length = Math.min(random == null ? most : random.nextInt(most) + 1, body.length - from);
                ByteBuffer piece =
                        ByteBuffer.allocate(length).put(body, from, length).flip();
                decoder.add(piece.asReadOnlyBuffer());
                piece.put(0, new byte[length]);
                drain(decoder, payloads);
            }
            decoder.end();
            drain(decoder, payloads);
            return new Outcome(payloads, null);
        } catch (WeirException e) {
            return new Outcome(payloads, e);
        }
    }

    /** Reads a body in two pieces. */
    static Outcome cut(BodyDecoder decoder, byte[] body, int at) {
        List<Object> payloads = new ArrayList<>();
        try (decoder) {
            decoder.add(ByteBuffer.wrap(body, 0, at));
            drain(decoder, payloads);
            decoder.add(ByteBuffer.wrap(body, at, body.length - at));
            drain(decoder, payloads);
            decoder.end();
            drain(decoder, payloads);
            return new Outcome(payloads, null);
        } catch (WeirException e) {
            return new Outcome(payloads, e);
        }
    }

    static void drain(BodyDecoder decoder, List<Object> payloads) {
        for (Object payload = decoder.next(); payload != null; payload = decoder.next()) {
            payloads.add(payload);
        }
    }

    /** The bytes of a table's cell: {@code \n}, {@code \r}, {@code \t}, {@code \\} and {@code \xHH} are escapes. */
    static byte[] bytes(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\') {
                i++;
                switch (escaped.charAt(i)) {
                    case 'n' -> bytes.write('\n');
                    case 'r' -> bytes.write('\r');
                    case 't' -> bytes.write('\t');
                    case 'x' -> {
                        bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                        i += 2;
                    }
                    default -> bytes.write('\\');
                }
            } else {
                int end = escaped.offsetByCodePoints(i, 1);
                bytes.writeBytes(escaped.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
            }
        }
        return bytes.toByteArray();
    }
}
