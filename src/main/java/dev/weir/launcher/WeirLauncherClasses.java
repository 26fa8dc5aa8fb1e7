package dev.weir.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads classes from a WAR: those of the application, those of the command line, and the few libraries that the command line
 * needs. A library is read as a whole at the first class that no folder has. Thread-safe. The WAR must stay open.
 */
final class WeirLauncherClasses extends ClassLoader {
    private static final List<String> FOLDERS = List.of("WEB-INF/cli/classes/", "WEB-INF/classes/");
    /** All libraries of this folder are read, and the listed ones of the application. */
    private static final String LIBRARIES = "WEB-INF/cli/lib/";

    private static final List<String> SHARED = List.of("WEB-INF/lib/snakeyaml-");

    static {
        registerAsParallelCapable();
    }

    private final JarFile war;
    private @Nullable List<Map<String, byte[]>> libraries;

    WeirLauncherClasses(JarFile war) {
        super("weir", getPlatformClassLoader());
        this.war = war;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] content = contents(name.replace('.', '/') + ".class")
                .findFirst()
                .orElseThrow(() -> new ClassNotFoundException(name + " is not in " + war.getName()));
        return defineClass(name, content, 0, content.length);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return contents(name).findFirst().map(content -> url(name, content)).orElse(null);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(
                contents(name).map(content -> url(name, content)).toList());
    }

    private Stream<byte[]> contents(String name) {
        return Stream.concat(
                FOLDERS.stream()
                        .map(folder -> war.getJarEntry(folder + name))
                        .filter(entry -> entry != null)
                        .map(this::read),
                Stream.of(true)
                        .flatMap(first -> libraries().stream())
                        .filter(jar -> jar.containsKey(name))
                        .map(jar -> jar.get(name)));
    }

    private synchronized List<Map<String, byte[]>> libraries() {
        List<Map<String, byte[]>> known = libraries;
        if (known == null) {
            known = war.stream()
                    .filter(WeirLauncherClasses::isLibrary)
                    .map(this::library)
                    .toList();
            libraries = known;
        }
        return known;
    }

    private static boolean isLibrary(JarEntry entry) {
        return !entry.isDirectory()
                && (entry.getName().startsWith(LIBRARIES) || SHARED.stream().anyMatch(entry.getName()::startsWith));
    }

    private Map<String, byte[]> library(JarEntry library) {
        Map<String, byte[]> contents = new HashMap<>();
        try (JarInputStream in = new JarInputStream(war.getInputStream(library), false)) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                contents.put(entry.getName(), in.readAllBytes());
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(JarEntry entry) {
        try (InputStream in = war.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(String name, byte[] content) {
        try {
            return new URL("weir", "", -1, "/" + name, new Memory(content));
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens the content of one resource. */
    private static final class Memory extends URLStreamHandler {
        private final byte[] content;

        Memory(byte[] content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content);
                }
            };
        }
    }
}
