package dev.weir.inference.spec;

import java.util.OptionalInt;

/**
 * The hardware that computes the runs of a graph.
 *
 * @param threads the CPU threads; with a CUDA device they compute only the operators that the device does not
 * @param cudaDevice the number of a CUDA device, from 0; empty for the CPU alone
 */
public record Hardware(IntraOpThreads threads, OptionalInt cudaDevice) {
    private static final String CUDA = "cuda";

    /** Returns the CPU alone. */
    public static Hardware cpu(IntraOpThreads threads) {
        return new Hardware(threads, OptionalInt.empty());
    }

    /**
     * Returns the same threads with another device.
     *
     * @param device {@code cpu}, {@code cuda} for the first CUDA device, or {@code cuda:n}
     * @throws IllegalArgumentException if {@code device} is another text
     */
    public Hardware on(String device) {
        if (device.equals("cpu")) {
            return cpu(threads);
        }
        if (device.equals(CUDA)) {
            return new Hardware(threads, OptionalInt.of(0));
        }
        if (!device.startsWith(CUDA + ":")) {
            throw new IllegalArgumentException("device must be cpu, cuda or cuda:n, was " + device);
        }
        return new Hardware(threads, OptionalInt.of(Integer.parseInt(device.substring(CUDA.length() + 1))));
    }
}
