package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLinesTest {
    private static List<String> lines(byte[] output) throws IOException {
        List<String> lines = new ArrayList<>();
        new OutputLines(lines::add).read(new ByteArrayInputStream(output));
        return lines;
    }

    private static List<String> lines(String output) throws IOException {
        return lines(output.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyKindOfLineEndEndsALineAndEmptyOnesAreLeftOut() throws IOException {
        assertThat(lines("a\nb\r\nc\rd\n\n\ne")).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aLineWithoutAnEndIsShownUpToTheBound() throws IOException {
        List<String> lines = lines("x".repeat(1_000_000) + "\nnext\n");
        assertThat(lines).containsExactly("x".repeat(OutputLines.LONGEST_BYTES) + "…", "next");
    }

    @Test
    void bytesThatAreNoTextDoNotEndTheReading() throws IOException {
        assertThat(lines(new byte[] {'a', (byte) 0xff, 'b', '\n', (byte) 0xed, (byte) 0x95, '\n', 'c'}))
                .containsExactly("a\uFFFDb", "\uFFFD", "c");
    }

    @Test
    void coloursAndControlCharactersDoNotReachTheLog() throws IOException {
        assertThat(lines("\u001B[1;31mred\u001B[0m \u0007bell\ttab\n")).containsExactly("red \uFFFDbell\ttab");
    }

    @Test
    void theTailHoldsTheLastLinesEachCut() {
        Tail tail = new Tail();
        assertThat(tail.message()).isEqualTo("; it has written nothing");
        for (int i = 0; i < 60; i++) {
            tail.add("line " + i + "-".repeat(1000));
        }
        assertThat(tail.message().lines())
                .hasSize(1 + Tail.LINES)
                .allMatch(line -> line.length() <= 501)
                .element(1)
                .asString()
                .startsWith("line 10-")
                .endsWith("…");
    }
}
