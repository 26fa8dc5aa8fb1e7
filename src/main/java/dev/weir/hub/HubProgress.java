package dev.weir.hub;

/** Hears of a download. Called on the thread that downloads. */
@FunctionalInterface
public interface HubProgress {
    /**
     * So much of a file is there.
     *
     * @param file its name in the repository
     * @param bytes how many are there
     * @param size how many there will be
     */
    void loaded(String file, long bytes, long size);
}
