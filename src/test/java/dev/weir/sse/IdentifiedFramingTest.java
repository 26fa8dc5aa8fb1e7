package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Numbered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentifiedFramingTest {
    private final ByteBuilder out = new ByteBuilder();

    private String written() {
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    private static EventFraming text(@Nullable Object previous) {
        return EventFraming.identified(EventFraming.text(), "T", previous);
    }

    @Test
    void eachEventHasItsNumber() {
        EventFraming framing = text(null);
        framing.frame(new Numbered(1, "a\nb"), out);
        framing.frame(new Numbered(2, " c"), out);
        assertThat(written()).isEqualTo("id: T:1\ndata: a\ndata: b\n\nid: T:2\ndata:  c\n\n");
    }

    @Test
    void aChunkThatMakesNoEventHasNoId() {
        EventFraming framing = text(null);
        framing.frame(new Numbered(1, "\uD83C"), out);
        assertThat(written()).isEmpty();
        framing.frame(new Numbered(2, "\uDF89"), out);
        assertThat(written()).isEqualTo("id: T:2\ndata: 🎉\n\n");
    }

    @Test
    void jsonHasIdsToo() {
        EventFraming framing = EventFraming.identified(EventFraming.json(), "T", null);
        framing.frame(new Numbered(1, ""), out);
        framing.frame(new Numbered(2, null), out);
        assertThat(written()).isEqualTo("id: T:1\ndata: \"\"\n\nid: T:2\ndata: null\n\n");
    }

    @Test
    void aFailureIsTheEndButNotForWhomAnotherConnectionSuperseded() {
        text("a").fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "x"), "{}", out);
        text("a").fail(new WeirException(ErrorCode.SUPERSEDED, "x"), "{}", out);
        assertThat(written()).isEqualTo("id: T:end\nevent: error\ndata: {}\n\nevent: error\ndata: {}\n\n");
    }

    @Test
    void theRestOfAStreamIsTheSameWhereverItIsContinued() {
        List<String> chunks =
                List.of("a\r", "\nb", "c\uD83C", "\uDF89d", "\r", "\n", "\n", "e", "\uD83C", "\uDF89", "f\r\n", "g");
        EventFraming whole = text(null);
        List<String> events = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            ByteBuilder event = new ByteBuilder();
            whole.frame(new Numbered(i + 1, chunks.get(i)), event);
            events.add(new String(event.toByteArray(), StandardCharsets.UTF_8));
        }
        for (int after = 1; after < chunks.size(); after++) {
            EventFraming rest = text(chunks.get(after - 1));
            ByteBuilder continued = new ByteBuilder();
            for (int i = after; i < chunks.size(); i++) {
                rest.frame(new Numbered(i + 1, chunks.get(i)), continued);
            }
            assertThat(new String(continued.toByteArray(), StandardCharsets.UTF_8))
                    .as("after %s", after)
                    .isEqualTo(String.join("", events.subList(after, events.size())));
        }
    }
}
