package dev.weir.inference.spec;

import java.util.OptionalInt;

/**
 * What computes the runs of a graph.
 *
 * @param threads those of the processors; with a CUDA device, of what that leaves to them
 * @param cudaDevice the number of a CUDA device, from 0; empty for the processors alone
 */
public record Hardware(IntraOpThreads threads, OptionalInt cudaDevice) {
    private static final String CUDA = "cuda";

    /** The processors alone. */
    public static Hardware cpu(IntraOpThreads threads) {
        return new Hardware(threads, OptionalInt.empty());
    }

    /**
     * This with another device.
     *
     * @param device {@code cpu}, {@code cuda} for the first CUDA device or {@code cuda:n}
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
