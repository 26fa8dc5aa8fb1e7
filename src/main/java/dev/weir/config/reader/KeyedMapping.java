package dev.weir.config.reader;

import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** One mapping of the configuration, and which of its keys have been asked for: all others are unknown. */
abstract sealed class KeyedMapping permits Section {
    final YamlNode.Mapping node;
    final String path;
    final ReadContext loading;
    final Keys keys;
    private final @Nullable KeyedMapping outer;

    /** @param outer where a key that is missing here is looked for; null for nowhere */
    KeyedMapping(YamlNode.Mapping node, String path, ReadContext loading, @Nullable KeyedMapping outer, Keys keys) {
        this.node = node;
        this.path = path;
        this.loading = loading;
        this.outer = outer;
        this.keys = keys;
    }

    Location location() {
        return node.location();
    }

    /** The path of a key of this mapping. */
    String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The value of a key, from here or from the section around; null if it is absent or says nothing. */
    @Nullable
    YamlNode find(String key) {
        ask(key);
        YamlNode.Entry entry = node.entries().get(key);
        if (entry == null) {
            return outer == null ? null : outer.find(key);
        }
        return entry.value() instanceof YamlNode.Scalar scalar && scalar.value() == null ? null : entry.value();
    }

    /** A key that is looked for around is known there, whether or not it is found here. */
    private void ask(String key) {
        keys.ask(key);
        if (outer != null) {
            outer.ask(key);
        }
    }

    boolean has(String key) {
        return find(key) != null;
    }

    /** Where a key stands; where this section starts if it is absent. */
    Location locationOf(String key) {
        YamlNode.Entry entry = node.entries().get(key);
        return entry == null ? location() : entry.keyLocation();
    }

    void error(String key, String message, String remedy) {
        YamlNode value = find(key);
        loading.problems.error(value == null ? location() : value.location(), pathOf(key), message, remedy);
    }

    /** Reports that a key must be there, or, if it is, that its environment variable must be set. */
    void missing(String key, String remedy) {
        if (loading.isUnset(find(key))) {
            error(key, "the environment variable is not set", "set it, or write a default: ${env.NAME | default}");
        } else if (!has(key)) {
            loading.problems.error(location(), path, "'" + key + "' is missing", remedy);
        }
    }

    /** Reports what concerns the whole of this mapping. */
    void error(String message, String remedy) {
        loading.problems.error(location(), path, message, remedy);
    }

    /** Warns of what concerns the whole of this mapping. */
    void warning(String message, String remedy) {
        loading.problems.warning(location(), path, message, remedy);
    }

    /** Takes all keys for known, where nothing can be said about them. */
    void acceptAll() {
        node.entries().keySet().forEach(keys::ask);
    }

    /** Warns about a key that model-compose has and Weir does not. */
    void unsupported(String... foreign) {
        for (String key : foreign) {
            keys.ask(key);
            if (node.entries().containsKey(key)) {
                loading.problems.warning(
                        locationOf(key), pathOf(key), "'" + key + "' of model-compose has no effect here", "");
            }
        }
    }

    /** Reports every key that no accessor has asked for. */
    void finish() {
        node.entries().forEach((key, entry) -> {
            if (keys.areMissing(key)) {
                String remedy = keys.remedy(key, outer == null ? null : outer.keys);
                loading.problems.error(
                        entry.keyLocation(), pathOf(key), "unknown key '" + Printable.cut(key) + "'", remedy);
            }
        });
    }
}
