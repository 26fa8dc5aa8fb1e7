package dev.weir.config.reader;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a list of words, one in each line of UTF-8; empty lines and lines that begin with {@code #} are skipped. */
final class WordFile {
    private static final long MAX_BYTES = 4 << 20;

    private final Section section;

    /**
     * Reads the file of a section.
     *
     * @param section the section with the key {@code file}
     */
    WordFile(Section section) {
        this.section = section;
    }

    /** Returns the words. Reports a problem and returns empty if the file cannot be read. */
    Optional<List<String>> read(String name) {
        Path file = section.loading.file(name);
        try {
            if (Files.size(file) > MAX_BYTES) {
                section.error(
                        "file", "the file " + file + " is too large (at most " + MAX_BYTES + " bytes)", "split it");
                return Optional.empty();
            }
            return Optional.of(Files.readAllLines(file).stream()
                    .map(line -> line.startsWith("\uFEFF") ? line.substring(1).strip() : line.strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList());
        } catch (NoSuchFileException e) {
            section.error("file", "there is no file " + file, "paths are relative to the configuration's folder");
        } catch (CharacterCodingException e) {
            section.error("file", file + " is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            section.error("file", file + " cannot be read: " + e.getMessage(), "check its permissions");
        }
        return Optional.empty();
    }
}
