package dev.weir.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarFile;

/**
 * Starts the command line of the WAR: {@code java -jar weir.war}. It loads the classes of the application and of the command line
 * from the WAR without unpacking it, and ends the JVM with the exit status of the command.
 */
public final class WeirLauncher {
    private static final String COMMANDS = "dev.weir.cli.WeirCommand";

    private WeirLauncher() {}

    /** Runs one command. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws Exception {
        try (JarFile war = new JarFile(war().toFile())) {
            ClassLoader loader = new WeirLauncherClasses(war);
            Thread.currentThread().setContextClassLoader(loader);
            return (int) loader.loadClass(COMMANDS)
                    .getMethod("run", Path.class, String[].class)
                    .invoke(null, war(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Path war() throws IOException {
        try {
            return Path.of(WeirLauncher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("the path of the WAR is not a file", e);
        }
    }
}
