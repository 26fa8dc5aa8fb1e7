package dev.weir.config.reader;

import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlNode;
import dev.weir.config.yaml.YamlParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads configuration files into one tree. Later files have precedence: mappings merge, lists and single values replace. */
final class ConfigFiles {
    private static final long MAX_BYTES = 4 << 20;

    private final ProblemList problems;

    ConfigFiles(ProblemList problems) {
        this.problems = problems;
    }

    /** The merged tree; null if no file could be read. */
    YamlNode.@Nullable Mapping read(List<Path> files) {
        YamlNode.Mapping merged = null;
        for (Path file : files) {
            YamlNode root = parse(file);
            if (root instanceof YamlNode.Mapping mapping) {
                merged = merged == null ? mapping : merge(merged, mapping);
            } else if (root != null) {
                problems.error(
                        root.location(),
                        "",
                        "the configuration must be a mapping, is " + root.kind(),
                        "write 'key: value' lines");
            }
        }
        return merged;
    }

    private @Nullable YamlNode parse(Path file) {
        String text = text(file);
        if (text == null) {
            return null;
        }
        boolean wasFaultless = !problems.hasErrors();
        YamlNode root = new YamlParser(new SourceText(file, text), problems).parse();
        if (root == null && wasFaultless && !problems.hasErrors()) {
            problems.error(new Location(file, 1, 1), "", "the file is empty", "write a workflow and a component");
        }
        return root;
    }

    private @Nullable String text(Path file) {
        Location start = new Location(file, 1, 1);
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                problems.error(
                        start,
                        "",
                        "the file is too large (at most " + MAX_BYTES + " bytes, has " + size + ")",
                        "split it");
                return null;
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            problems.error(start, "", "there is no such file", "check the path");
        } catch (CharacterCodingException e) {
            problems.error(start, "", "the file is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            problems.error(start, "", "the file cannot be read: " + e.getMessage(), "check its permissions");
        }
        return null;
    }

    private static YamlNode.Mapping merge(YamlNode.Mapping base, YamlNode.Mapping over) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(base.entries());
        over.entries().forEach((key, entry) -> {
            YamlNode.Entry below = entries.get(key);
            YamlNode value = below != null
                            && below.value() instanceof YamlNode.Mapping lower
                            && entry.value() instanceof YamlNode.Mapping upper
                    ? merge(lower, upper)
                    : entry.value();
            entries.put(key, new YamlNode.Entry(entry.keyLocation(), value));
        });
        return new YamlNode.Mapping(base.location(), entries);
    }
}
