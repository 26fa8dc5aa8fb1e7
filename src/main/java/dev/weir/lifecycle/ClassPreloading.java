package dev.weir.lifecycle;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Loads all classes of this application at its start. A server that shuts down may close the application's class loader while
 * streams still run. A class that is first needed to end a run or to report a failure could then not be loaded, as on Payara
 * Micro.
 */
final class ClassPreloading {
    private static final System.Logger LOG = System.getLogger(ClassPreloading.class.getName());
    private static final String ROOT = "/WEB-INF/classes/";
    private static final String SUFFIX = ".class";

    private ClassPreloading() {}

    /** Loads all classes, except those with supertypes that this server does not have. */
    static void load(ServletContext context) {
        Deque<String> folders = new ArrayDeque<>(Set.of(ROOT + "dev/weir/"));
        while (!folders.isEmpty()) {
            Set<String> paths = context.getResourcePaths(folders.pop());
            if (paths == null) {
                continue;
            }
            for (String path : paths) {
                if (path.endsWith("/")) {
                    folders.push(path);
                } else if (path.endsWith(SUFFIX) && !path.endsWith("-info.class")) {
                    load(path.substring(ROOT.length(), path.length() - SUFFIX.length())
                            .replace('/', '.'));
                }
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, ClassPreloading.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            LOG.log(Level.DEBUG, "{0} is not loaded here: {1}", name, e);
        }
    }
}
