package dev.weir.hub;

/** Listener of a download. Called on the downloading thread. */
@FunctionalInterface
public interface HubProgress {
    /**
     * Reports the progress of one file.
     *
     * @param file its name in the repository
     * @param bytes the bytes that are loaded
     * @param size the bytes of the whole file
     */
    void loaded(String file, long bytes, long size);
}
