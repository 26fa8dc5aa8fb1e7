package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The text that filters hold back, and the time for which they hold it. */
class HoldingBackTest {
    private final ChunkQueue queue = new ChunkQueue(100);

    private List<Object> ready(ChunkSource source) {
        List<Object> chunks = new ArrayList<>();
        Received received = source.poll();
        while (received instanceof Received.Chunk chunk) {
            chunks.add(chunk.value());
            received = source.poll();
        }
        return chunks;
    }

    private ChunkSource filtered(OutputFilter... filters) {
        return Filtering.run(filters).filtered(queue, Optional.empty());
    }

    private List<Object> after(ChunkSource source, Object chunk) {
        queue.offer(chunk);
        return ready(source);
    }

    @Test
    void onlyTheBeginningOfAWordIsKeptBack() {
        ChunkSource source = filtered(Filtering.words("secret"));

        assertThat(after(source, "no more secr")).containsExactly("no more ");
        assertThat(after(source, "etly")).containsExactly("#ly");
        assertThat(after(source, " sec")).containsExactly(" ");
        assertThat(after(source, "se")).containsExactly("sec");
        assertThat(after(source, "ond")).containsExactly("seond");
    }

    @Test
    void aWordThatNothingLongerBeginsWithIsReplacedAtOnce() {
        ChunkSource source = filtered(Filtering.words("bad", "badly", "worse"));

        assertThat(after(source, "worse")).containsExactly("#");
        assertThat(after(source, "bad")).isEmpty();
        assertThat(after(source, "ly")).containsExactly("#");
        assertThat(after(source, "bad")).isEmpty();
        assertThat(after(source, "!")).containsExactly("#!");
    }

    @Test
    void onlyTheBeginningOfAMatchIsKeptBack() {
        ChunkSource source = filtered(Filtering.pattern("sk-[a-z]{3}"));

        assertThat(after(source, "ask s")).containsExactly("ask ");
        assertThat(after(source, "k")).isEmpty();
        assertThat(after(source, "ip")).containsExactly("skip");
        assertThat(after(source, "sk-ab")).isEmpty();
        assertThat(after(source, "c")).containsExactly("#");
        assertThat(after(source, "d")).containsExactly("d");
    }

    @Test
    void noMoreThanTheLongestMatchIsKeptBack() {
        ChunkSource source = filtered(Filtering.redact("long", Filtering.regex("<[^>]*>", 10), "#"));

        assertThat(after(source, "<12345678")).isEmpty();
        assertThat(after(source, "9")).containsExactly("<123456789");
        assertThat(after(source, "<12345678>")).containsExactly("#");
    }

    @Test
    void aTextThatNoFilterTouchesIsTheSameObject() {
        ChunkSource source = filtered(Filtering.words("x"), Filtering.pattern("\\d"));
        String chunk = new String("token");

        assertThat(after(source, chunk).get(0)).isSameAs(chunk);
    }

    @Test
    void theEndLetsGoWhatWasKeptBack() {
        ChunkSource source = filtered(Filtering.words("secret"));
        queue.offer("a sec");
        queue.complete();

        assertThat(ready(source)).containsExactly("a ", "sec");
        assertThat(source.poll()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void aFailureComesAfterWhatWasKeptBack() {
        ChunkSource source = filtered(Filtering.words("secret"));
        queue.offer("a sec");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_BROKE_OFF, "it broke off"));

        assertThat(ready(source)).containsExactly("a ", "sec");
        assertThat(source.poll()).isInstanceOf(Received.Failed.class);
    }

    @Test
    void whatIsBlockedEndsTheStreamAndItsProducerAndTellsNothing() throws InterruptedException {
        ChunkSource source = filtered(Filtering.block("names", new WordList(List.of("Voldemort"), true, false)));

        assertThat(after(source, "he is Volde")).containsExactly("he is ");
        queue.offer("mort");
        Received end = BlockingReader.take(source);

        assertThat(end)
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage("the filter 'names' blocks this output")
                                .extracting(WeirException::code)
                                .isEqualTo(ErrorCode.OUTPUT_BLOCKED));
        assertThat(queue.isCancelled()).isTrue();
        assertThat(BlockingReader.poll(source, Duration.ZERO)).isEqualTo(end);
    }

    private static Map<String, Object> delta(String content) {
        return Map.of("delta", Map.of("content", content));
    }

    @Test
    void anObjectWaitsWithItsTextAndIsNotOvertaken() {
        ChunkSource source = filtered(Filtering.words("secret"));
        Map<String, Object> usage = Map.of("usage", Map.of("tokens", 3));

        assertThat(after(source, delta("no"))).containsExactly(delta("no"));
        assertThat(after(source, delta(" sec"))).isEmpty();
        assertThat(after(source, usage)).isEmpty();
        assertThat(after(source, delta("retly"))).containsExactly(delta(" #"), usage, delta("ly"));
    }

    @Test
    void aFieldThatDoesNotGoOnHoldsUpNoMoreThanSixteenChunks() {
        ChunkSource source = filtered(Filtering.words("secret"));
        queue.offer(Map.of("title", "sec"));

        for (int i = 0; i < 15; i++) {
            assertThat(after(source, Map.of("n", i))).isEmpty();
        }
        assertThat(after(source, Map.of("n", 15))).hasSize(17).startsWith(Map.of("title", "sec"));
    }

    @Test
    void whatDescribesAChunkIsNoBeginningOfTheNext() {
        ChunkSource source = filtered(Filtering.words("1secret"), Filtering.words("retsec"));

        assertThat(after(source, Map.of("id", "secret1"))).containsExactly(Map.of("id", "secret1"));
        assertThat(after(source, Map.of("id", "secret1"))).containsExactly(Map.of("id", "secret1"));
        assertThat(after(source, Map.of("id", "retsec"))).containsExactly(Map.of("id", "#"));
    }

    @Test
    void choicesThatComeInTurnAreTextsOfTheirOwn() {
        ChunkSource source = filtered(Filtering.words("secret"));
        Map<String, Object> first = Map.of("choices", List.of(Map.of("index", 0, "text", "sec")));
        Map<String, Object> second = Map.of("choices", List.of(Map.of("index", 1, "text", "ond")));
        Map<String, Object> both =
                Map.of("choices", List.of(Map.of("index", 1, "text", "!"), Map.of("index", 0, "text", "ret")));

        assertThat(after(source, first)).isEmpty();
        assertThat(after(source, second)).isEmpty();
        assertThat(after(source, both))
                .containsExactly(
                        Map.of("choices", List.of(Map.of("index", 0, "text", "#"))),
                        second,
                        Map.of("choices", List.of(Map.of("index", 1, "text", "!"), Map.of("index", 0, "text", ""))));
    }

    @Test
    void anObjectBetweenTextsEndsTheText() {
        ChunkSource source = filtered(Filtering.words("secret"));

        assertThat(after(source, "sec")).isEmpty();
        assertThat(after(source, Map.of("n", 1))).containsExactly("sec", Map.of("n", 1));
        assertThat(after(source, "ret")).containsExactly("ret");
    }

    @Test
    void aStreamOfEverNewKeysTakesNoMoreThanSomeMemory() {
        ChunkSource source = filtered(Filtering.words("secret"));

        for (int i = 0; i < 5_000; i++) {
            Map<String, Object> chunk = Map.of("key" + i, Map.of("inner", "text"));
            assertThat(after(source, chunk)).containsExactly(chunk);
        }
        assertThat(after(source, delta("secret"))).containsExactly(delta("#"));
    }

    @Test
    void bytesThatMayBeTextAreRefused() {
        RunFilter filter = Filtering.run(Filtering.words("secret"));

        assertThatThrownBy(() -> filter.filtered(new byte[] {1}, Optional.of(Content.of("text/plain"))))
                .hasMessage("the workflow's filters see texts, and its output is bytes (text/plain):"
                        + " write 'output: ${output as text}', or remove the filters");
        assertThatThrownBy(() -> Filtering.through(filter, (Object) new byte[] {1}))
                .hasMessageContaining("application/octet-stream");
        byte[] image = {1, 2};
        assertThat(filter.filtered(image, Optional.of(Content.of("image/png")))).isSameAs(image);
    }

    @Test
    void eachTextOfAValueIsFilteredByItself() {
        RunFilter filter = Filtering.run(Filtering.words("secret"));

        Object filtered =
                filter.filtered(Map.of("a", List.of("sec", "ret", "a secret", 7), "secret", true), Optional.empty());

        assertThat(filtered).isEqualTo(Map.of("a", List.of("sec", "ret", "a #", 7), "secret", true));
    }

    @Test
    void hitsAreCountedForTheRunAndForTheFilter() {
        OutputFilters filters = new OutputFilters(
                List.of(Filtering.words("one"), Filtering.redact("two", Filtering.regex("two+", 9), "")));

        RunFilter run = filters.forRun();
        Filtering.through(run, "one two twooo on", "e");
        Filtering.through(filters.forRun(), "one");

        assertThat(run.hits()).isEqualTo(4);
        assertThat(filters.hits()).isEqualTo(Map.of("words", 3L, "two", 2L));
    }
}
