package dev.weir.inference.spec;

/**
 * The limits of one loaded model.
 *
 * @param hardware computes the runs of the graphs
 * @param maxRunning the most sequences that decode at the same time
 * @param maxWaiting the most further sequences that wait for a place or are paused
 * @param streamCapacity the chunks that a stream holds before its sequence pauses
 * @param exactBatches whether sequences share a batch only if each then gets the same logits as alone; false lets the sequences
 *     of a model with quantised activations share their rounding, which is faster and may choose other tokens
 * @param maxSearchBytes the most memory of one beam search, in bytes
 */
public record InferenceSettings(
        Hardware hardware,
        int maxRunning,
        int maxWaiting,
        int streamCapacity,
        boolean exactBatches,
        long maxSearchBytes) {

    private static final InferenceSettings DEFAULTS = new InferenceSettings(0, 8, 256, 64);

    public InferenceSettings {
        atLeast("maxRunning", maxRunning, 1);
        atLeast("maxWaiting", maxWaiting, 0);
        atLeast("streamCapacity", streamCapacity, 1);
        if (maxSearchBytes < 1) {
            throw new IllegalArgumentException("maxSearchBytes must be at least 1, was " + maxSearchBytes);
        }
    }

    /** Creates settings with half of the heap for a beam search. */
    public InferenceSettings(
            Hardware hardware, int maxRunning, int maxWaiting, int streamCapacity, boolean exactBatches) {
        this(
                hardware,
                maxRunning,
                maxWaiting,
                streamCapacity,
                exactBatches,
                Runtime.getRuntime().maxMemory() / 2);
    }

    /** Creates settings for the CPU with threads that sleep while they wait, and with exact batches. */
    public InferenceSettings(int intraOpThreads, int maxRunning, int maxWaiting, int streamCapacity) {
        this(Hardware.cpu(IntraOpThreads.of(intraOpThreads)), maxRunning, maxWaiting, streamCapacity, true);
    }

    /** Returns ONNX Runtime's own number of threads, 8 running and 256 waiting sequences, and 64 chunks. */
    public static InferenceSettings defaults() {
        return DEFAULTS;
    }

    /** Returns these settings with another device: {@code cpu}, {@code cuda} or {@code cuda:n}. */
    public InferenceSettings on(String device) {
        return new InferenceSettings(
                hardware.on(device), maxRunning, maxWaiting, streamCapacity, exactBatches, maxSearchBytes);
    }

    private static void atLeast(String name, int value, int limit) {
        if (value < limit) {
            throw new IllegalArgumentException(name + " must be at least " + limit + ", was " + value);
        }
    }
}
