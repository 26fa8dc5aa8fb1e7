package dev.weir.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native library of the tokenizers, once per class loader.
 *
 * <p>A JVM loads a native library for one class loader only, and identifies it by its file. DJL unpacks it to the same file each
 * time. Therefore the JVM would refuse it to a redeployed application while the old class loader still holds it. Here each class
 * loader has a folder of its own, which is deleted after the loading; on Windows, which forbids that, when the JVM ends. DJL
 * prefers the environment variable {@code ENGINE_CACHE_DIR}, which must not be set.
 *
 * <p>DJL would also send usage reports and fetch a library for CUDA; the property for offline use prevents both. It would search
 * for CUDA through JNA, which starts a thread that outlives the application and keeps it in memory. A property makes DJL delegate
 * that search to another process, which is never started.
 */
final class TokenizerLibrary {
    private static final Logger LOG = System.getLogger(TokenizerLibrary.class.getName());
    private static final String CACHE_FOLDER = "ENGINE_CACHE_DIR";
    private static final String OFFLINE = "ai.djl.offline";
    private static final String NO_TELEMETRY = "OPT_OUT_TRACKING";
    private static final String CUDA = "ai.djl.util.cuda.CudaUtils";
    private static final String CUDA_ELSEWHERE = "ai.djl.util.cuda.fork";

    private static boolean loaded;

    private TokenizerLibrary() {}

    /**
     * Loads the library if it is not loaded yet. Thread-safe.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded on this platform
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        System.setProperty(NO_TELEMETRY, "true");
        System.setProperty(OFFLINE, "true");
        // Another deployment of this application sets the same properties through other classes. Both see this lock.
        synchronized (System.getProperties()) {
            loadFrom(temporaryFolder());
        }
        loaded = true;
    }

    private static void loadFrom(Path folder) {
        String before = System.getProperty(CACHE_FOLDER);
        System.setProperty(CACHE_FOLDER, folder.toString());
        try {
            initialiseWithoutCuda();
            LibUtils.checkStatus();
        } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
            String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            throw new WeirException(
                    ErrorCode.NOT_READY, "the tokenizers' native library cannot be loaded on " + platform, e);
        } finally {
            restore(CACHE_FOLDER, before);
            delete(folder);
        }
    }

    /** Initialises DJL's CUDA class. It reads the property in its initialiser and then finds no library. */
    private static void initialiseWithoutCuda() throws ClassNotFoundException {
        String before = System.getProperty(CUDA_ELSEWHERE);
        System.setProperty(CUDA_ELSEWHERE, "true");
        try {
            Class.forName(CUDA, true, TokenizerLibrary.class.getClassLoader());
        } finally {
            restore(CUDA_ELSEWHERE, before);
        }
    }

    private static Path temporaryFolder() {
        try {
            return TemporaryFolder.ofThisServer().folder("tokenizers-");
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "no temporary folder can be made in " + System.getProperty("java.io.tmpdir")
                            + " for the tokenizers' native library",
                    e);
        }
    }

    private static void restore(String property, @Nullable String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(TokenizerLibrary::deleteNowOrAtExit);
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the temporary folder {0} stays: {1}", folder, e);
        }
    }

    private static void deleteNowOrAtExit(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} is deleted when the JVM ends", file);
            file.toFile().deleteOnExit();
        }
    }
}
