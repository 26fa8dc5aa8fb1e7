package dev.weir.api.page;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page in the WAR, read once. Immutable. */
final class PageFiles {
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "ts", "text/plain; charset=utf-8",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, PageFile> files;

    private PageFiles(Map<String, PageFile> files) {
        this.files = Map.copyOf(files);
    }

    /** One file, with an entity tag (RFC 9110) made of its content. */
    static final class PageFile {
        private final String mediaType;
        private final byte[] content;
        private final String entityTag;

        private PageFile(String mediaType, byte[] content) {
            this.mediaType = mediaType;
            this.content = content;
            this.entityTag = '"' + digest(content) + '"';
        }

        static PageFile module(String script) {
            return new PageFile(String.valueOf(MEDIA_TYPES.get("js")), script.getBytes(StandardCharsets.UTF_8));
        }

        String mediaType() {
            return mediaType;
        }

        String entityTag() {
            return entityTag;
        }

        /** The content; the caller must not change the array. */
        byte[] content() {
            return content;
        }

        private static String digest(byte[] content) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
                return HexFormat.of().formatHex(digest, 0, 12);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }
    }

    static PageFiles read(ServletContext war) {
        Map<String, PageFile> files = new LinkedHashMap<>();
        add(war, "/", files);
        return new PageFiles(files);
    }

    private static void add(ServletContext war, String folder, Map<String, PageFile> files) {
        for (String path : war.getResourcePaths(folder)) {
            String mediaType = MEDIA_TYPES.get(path.substring(path.lastIndexOf('.') + 1));
            if (path.endsWith("/")) {
                if (!path.endsWith("-INF/")) {
                    add(war, path, files);
                }
            } else if (mediaType != null) {
                try (InputStream in = war.getResourceAsStream(path)) {
                    files.put(path, new PageFile(mediaType, in.readAllBytes()));
                } catch (IOException e) {
                    throw new UncheckedIOException("the page's file " + path + " cannot be read", e);
                }
            }
        }
    }

    /** The file at a path below the application's root, with a leading slash. */
    Optional<PageFile> at(String path) {
        return Optional.ofNullable(files.get(path.equals("/") ? "/index.html" : path));
    }
}
