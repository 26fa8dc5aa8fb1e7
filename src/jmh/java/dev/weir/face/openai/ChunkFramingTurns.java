package dev.weir.face.openai;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Measures the processor time of each way of {@link ChunkFramingBenchmark}, by turns in one JVM, so that other load on the machine
 * meets all ways alike. Prints the median of the turns in nanoseconds a chunk.
 */
public final class ChunkFramingTurns {
    private static final int WARM_UP = 20;
    private static final int TURNS = 40;
    private static final int CHUNKS = 20_000;

    private record Way(String name, IntSupplier chunk, double[] nanos) {}

    private ChunkFramingTurns() {}

    public static void main(String[] args) {
        ChunkFramingBenchmark benchmark = new ChunkFramingBenchmark();
        List<Way> ways = List.of(
                new Way("relayed", benchmark::relayed, new double[TURNS]),
                new Way("passed", benchmark::passed, new double[TURNS]),
                new Way("relayedRead", benchmark::relayedRead, new double[TURNS]),
                new Way("passedRead", benchmark::passedRead, new double[TURNS]),
                new Way("relayedText", benchmark::relayedText, new double[TURNS]),
                new Way("chatText", benchmark::chatText, new double[TURNS]));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (int turn = -WARM_UP; turn < TURNS; turn++) {
            for (Way way : ways) {
                long begin = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < CHUNKS; i++) {
                    bytes += way.chunk().getAsInt();
                }
                if (turn >= 0) {
                    way.nanos()[turn] = (threads.getCurrentThreadCpuTime() - begin) / (double) CHUNKS;
                }
            }
        }
        for (Way way : ways) {
            Arrays.sort(way.nanos());
            System.out.printf("%-12s %.0f ns%n", way.name(), way.nanos()[TURNS / 2]);
        }
        System.out.printf("%d bytes%n", bytes);
    }
}
