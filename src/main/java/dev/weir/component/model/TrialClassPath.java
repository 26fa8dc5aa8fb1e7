package dev.weir.component.model;

import dev.weir.tokenizer.TrialMain;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;

/** The class path of the program that tests tokenizers. Each server stores an application's libraries in a different way. */
final class TrialClassPath {
    private TrialClassPath() {}

    /**
     * A class path. Parts that are not files on this machine are copied.
     *
     * @param folder the folder for copies
     * @throws IOException if a part is not available
     */
    static String in(Path folder) throws IOException {
        List<Path> path = new ArrayList<>();
        path.add(classes(folder.resolve("classes")));
        for (String library : TrialMain.LIBRARIES) {
            path.add(library(library, folder));
        }
        return path.stream().distinct().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Copies the classes of the program, independent of the server's storage. */
    private static Path classes(Path folder) throws IOException {
        Set<Class<?>> all = new LinkedHashSet<>(TrialMain.CLASSES);
        for (Class<?> type : TrialMain.CLASSES) {
            all.addAll(List.of(type.getDeclaredClasses()));
        }
        for (Class<?> type : all) {
            copy(type.getName(), folder);
            for (int anonymous = 1; copy(type.getName() + "$" + anonymous, folder); anonymous++) {
                // Anonymous classes are numbered from 1.
            }
        }
        return folder;
    }

    private static boolean copy(String name, Path folder) throws IOException {
        String resource = name.replace('.', '/') + ".class";
        try (InputStream in = TrialMain.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                return false;
            }
            Path target = folder.resolve(resource);
            Files.createDirectories(target.getParent());
            Files.copy(in, target);
            return true;
        }
    }

    private static Path library(String type, Path folder) throws IOException {
        String resource = type.replace('.', '/') + ".class";
        URL url = TrialMain.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IOException("the class " + type + " is not there");
        }
        String text = url.toString();
        int file = text.indexOf("file:");
        int end = text.indexOf("!/");
        if (file >= 0 && end > file) {
            return Path.of(URI.create(text.substring(file, end)));
        }
        URL root = URI.create(text.substring(0, text.length() - resource.length() - 1))
                .toURL();
        return root.getProtocol().equals("vfs")
                ? copyOfFolder(root, folder.resolve(type))
                : copyOfJar(root, folder.resolve(type + ".jar"));
    }

    private static Path copyOfJar(URL jar, Path copy) throws IOException {
        try (InputStream in = jar.openStream()) {
            Files.copy(in, copy);
        }
        new ZipFile(copy.toFile()).close();
        return copy;
    }

    /**
     * Copies a library of WildFly, which mounts it as a folder of its virtual file system. Only WildFly's own classes
     * list that folder.
     */
    private static Path copyOfFolder(URL url, Path copy) throws IOException {
        try {
            Object root = url.openConnection().getContent();
            Class<?> type = root.getClass();
            for (Object file :
                    (List<?>) type.getMethod("getChildrenRecursively").invoke(root)) {
                if (Boolean.TRUE.equals(type.getMethod("isFile").invoke(file))) {
                    String name = (String)
                            type.getMethod("getPathNameRelativeTo", type).invoke(file, root);
                    Path target = copy.resolve(name).normalize();
                    if (!target.startsWith(copy)) {
                        throw new IOException("a library has a file " + name);
                    }
                    Files.createDirectories(target.getParent());
                    try (InputStream in =
                            (InputStream) type.getMethod("openStream").invoke(file)) {
                        Files.copy(in, target);
                    }
                }
            }
            return copy;
        } catch (ReflectiveOperationException e) {
            throw new IOException("the library " + url + " cannot be listed", e);
        }
    }
}
