package dev.weir.inference.spec;

/**
 * The limits of one loaded model.
 *
 * @param hardware what computes one step
 * @param maxRunning the most sequences that decode at the same time
 * @param maxWaiting the most sequences beyond those, waiting for their turn or for a slow reader
 * @param streamCapacity the most chunks that wait for a reader before its sequence pauses
 * @param exactBatches whether sequences are only batched if each then gets what it gets alone; false lets those of a model
 *     with quantised activations share their rounding, which is faster and may choose other tokens
 * @param maxSearchBytes the most memory of one beam search
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

    /** With half of the heap for a beam search. */
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

    /** With threads that sleep while they wait, and exact batches. */
    public InferenceSettings(int intraOpThreads, int maxRunning, int maxWaiting, int streamCapacity) {
        this(Hardware.cpu(IntraOpThreads.of(intraOpThreads)), maxRunning, maxWaiting, streamCapacity, true);
    }

    /** Threads as ONNX Runtime likes, 8 running, 256 waiting, 64 chunks. */
    public static InferenceSettings defaults() {
        return DEFAULTS;
    }

    /** The same on another device: {@code cpu}, {@code cuda} or {@code cuda:n}. */
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
