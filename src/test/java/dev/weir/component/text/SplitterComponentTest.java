package dev.weir.component.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.ActionConfig;
import dev.weir.config.SplitterConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SplitterComponentTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Cancellation cancellation = new Cancellation();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private SplitterComponent component(String keys, int mostBytes) {
        SplitterConfig config = (SplitterConfig)
                Configurations.of("""
                workflow: {title: t}
                component:
                %s
                """.formatted(keys.indent(2))).components().get(0);
        return new SplitterComponent(config, new SplitterLimits(mostBytes), new Tasks(threads));
    }

    private CompletableFuture<Output> call(String keys, @Nullable Object text) {
        return call(keys, 1 << 20, Map.of("text", text == null ? "" : text));
    }

    private CompletableFuture<Output> call(String keys, int mostBytes, Object input) {
        return component(keys, mostBytes)
                .call(new Invocation(
                        ActionConfig.ONLY_ACTION, Bindings.empty().with(Source.INPUT, input), cancellation));
    }

    private static @Nullable Object value(CompletableFuture<Output> output) throws InterruptedException {
        return ((Output.Value) Given.by(output)).value();
    }

    private static ChunkSource stream(CompletableFuture<Output> output) throws InterruptedException {
        return ((Output.Streamed) Given.by(output)).chunks();
    }

    /** The sentences of a text that arrives in pieces. */
    private ChunkSource sentences(ChunkSource pieces) throws InterruptedException {
        return stream(call("""
                type: sentence-splitter
                text: ${input.text}
                streaming: true
                """, pieces));
    }

    private static List<Object> chunks(CompletableFuture<Output> output) throws InterruptedException {
        List<Object> chunks = new ArrayList<>();
        BlockingReader.readAll(stream(output), chunks::add);
        return chunks;
    }

    @Test
    void aTextGivesTheListOfItsChunks() throws Exception {
        String keys = """
                type: text-splitter
                text: ${input.text}
                chunk_size: 8
                chunk_overlap: 0
                """;

        assertThat(value(call(keys, "one two three"))).isEqualTo(List.of("one two", " three"));
    }

    @Test
    void aListOfTextsGivesAListForEach() throws Exception {
        String keys = """
                type: sentence-splitter
                driver: native
                text: ${input.text}
                batch_size: 2
                output: {parts: '${result}'}
                """;

        assertThat(value(call(keys, Arrays.asList("One. Two.", null, "셋이다. 넷이다."))))
                .isEqualTo(Map.of("parts", Arrays.asList(List.of("One.", "Two."), null, List.of("셋이다.", "넷이다."))));
        assertThat(value(call(keys, List.of()))).isEqualTo(Map.of("parts", List.of()));
    }

    @Test
    void noTextGivesNothing() throws Exception {
        assertThat(value(call("""
                type: text-splitter
                text: ${input.other}
                streaming: true
                """, ""))).isNull();
    }

    @Test
    void streamingGivesTheChunksOneByOne() throws Exception {
        assertThat(chunks(call("""
                type: text-splitter
                text: ${input.text}
                language: markdown
                chunk_size: 10
                streaming: true
                output: <${result[]}>
                """, "# Title\n## One\ntext\n## Two")))
                .containsExactly("<# Title>", "<\n## One>", "<\ntext>", "<\n## Two>");
    }

    @Test
    void aStreamOfPiecesGivesEachSentenceWhenItIsCertain() throws Exception {
        ChunkQueue pieces = new ChunkQueue(4);
        ChunkSource sentences = stream(call("""
                type: sentence-splitter
                text: ${input.text}
                streaming: ${input.text != null}
                """, pieces));

        pieces.offer("안녕하");
        pieces.offer("세요. ");
        assertThat(sentences.poll()).isNull();
        pieces.offer("저는");
        assertThat(sentences.poll()).isEqualTo(new Received.Chunk("안녕하세요."));
        assertThat(sentences.poll()).isNull();
        pieces.complete();
        assertThat(sentences.poll()).isEqualTo(new Received.Chunk("저는"));
        assertThat(sentences.poll()).isInstanceOf(Received.Completed.class);
        sentences.close();
        assertThat(sentences.poll()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void aStreamOfPiecesIsCollectedWhereNothingStreams() throws Exception {
        ChunkQueue pieces = new ChunkQueue(4);
        CompletableFuture<Output> output = call("""
                type: text-splitter
                text: ${input.text}
                chunk_size: 4
                chunk_overlap: 0
                """, pieces);

        pieces.offer("abc");
        pieces.offer("defg");
        assertThat(output).isNotDone();
        pieces.complete();
        assertThat(value(output)).isEqualTo(List.of("abcd", "efg"));
    }

    @Test
    void aStreamThatFailsGivesItsFailureAndNoRest() throws Exception {
        ChunkQueue pieces = new ChunkQueue(4);
        ChunkSource sentences = sentences(pieces);

        pieces.offer("One. Tw");
        pieces.fail(new WeirException(ErrorCode.UPSTREAM_BROKE_OFF, "broken"));
        assertThat(sentences.poll()).isEqualTo(new Received.Chunk("One."));
        assertThat(((Received.Failed) sentences.poll()).cause().code()).isEqualTo(ErrorCode.UPSTREAM_BROKE_OFF);
    }

    @Test
    void cancellingClosesTheStreamOfPieces() throws Exception {
        ChunkQueue pieces = new ChunkQueue(4);
        ChunkSource sentences = sentences(pieces);
        cancellation.cancel("client disconnected");

        assertThat(pieces.isCancelled()).isTrue();
        assertThat(((Received.Failed) sentences.poll()).cause().code()).isEqualTo(ErrorCode.CANCELLED);
    }

    @Test
    void cancellingEndsACallThatWaitsForPieces() {
        ChunkQueue pieces = new ChunkQueue(4);
        CompletableFuture<Output> output = call("type: sentence-splitter\ntext: ${input.text}\n", pieces);
        cancellation.cancel("client disconnected");

        assertThatThrownBy(() -> Given.by(output))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(pieces.isCancelled()).isTrue();
    }

    @Test
    void piecesMustBeText() throws Exception {
        ChunkQueue pieces = new ChunkQueue(4);
        pieces.offer(new byte[] {1});
        ChunkSource sentences = sentences(pieces);

        assertThat(((Received.Failed) sentences.poll()).cause())
                .hasMessage("text must be text, was bytes: set stream_format: text where they come from");
        assertThat(pieces.isCancelled()).isTrue();
    }

    @Test
    void theChunksOfACallAreBounded() {
        String keys = """
                type: text-splitter
                text: ${input.text}
                separators: ['']
                chunk_size: 1000
                chunk_overlap: 999
                """;

        assertThatThrownBy(() -> Given.by(call(keys, 100_000, Map.of("text", "x".repeat(50_000)))))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE))
                .hasMessage("the output is too large (at most 100000 bytes, weir.task.max-output)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            chunk_size       | 0      | chunk_size must be a whole number from 1 to 2147483647, was 0 (a number)
            chunk_size       | x      | chunk_size must be a number of at most 1000 digits and an exponent from -999 to 999, was 'x' (a text)
            chunk_overlap    | 1001   | chunk_overlap must be at most chunk_size, 1000, was 1001
            batch_size       | 0      | batch_size must be a whole number from 1 to 2147483647, was 0 (a number)
            maximize_chunk   | 3      | maximize_chunk must be true or false, was 3 (a number)
            streaming        | 3      | streaming must be true or false, was 3 (a number)
            """)
    void aRenderedParameterIsChecked(String key, String value, String message) {
        String keys = "type: text-splitter\ntext: a\n" + key + ": ${input.value}\n";

        assertThatThrownBy(() ->
                        Given.by(call(keys, 1000, Map.of("value", value.equals("x") ? value : Integer.valueOf(value)))))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessage(message);
    }

    @Test
    void aRenderedLanguageAndSeparatorsAreChecked() {
        String keys = "type: text-splitter\ntext: a\nlanguage: ${input.language}\n";
        assertThatThrownBy(() -> Given.by(call(keys, 1000, Map.of("language", "cobol"))))
                .hasMessageStartingWith("language must be one of [python, javascript, ")
                .hasMessageEndingWith(", was 'cobol' (a text)");
        String both = "type: text-splitter\ntext: a\nseparators: ${input.separators}\n";
        assertThatThrownBy(() -> Given.by(call(both, 1000, Map.of("separators", Collections.nCopies(101, "x")))))
                .hasMessage("separators must have at most 100 texts, had 101");
        assertThatThrownBy(() -> Given.by(call(both, 1000, Map.of("separators", List.of("x".repeat(1001))))))
                .hasMessage("each of separators must have at most 1000 characters, one had 1001");
    }

    @Test
    void streamingTakesASingleText() {
        assertThatThrownBy(() -> Given.by(call("""
                        type: sentence-splitter
                        text: ${input.text}
                        streaming: true
                        """, List.of("a", "b"))))
                .hasMessage("streaming takes a single text: text must be 1, was 2");
    }
}
