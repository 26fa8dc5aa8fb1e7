package dev.weir.config.reader;

import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** One mapping of the configuration. It records the keys that readers request; all other keys are unknown. */
abstract sealed class KeyedMapping permits Section {
    final YamlNode.Mapping node;
    final String path;
    final ReadContext loading;
    final Keys keys;
    private final @Nullable KeyedMapping outer;

    /**
     * Makes a mapping.
     *
     * @param outer where a missing key is looked up; null for nowhere
     */
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

    /** Returns the value of a key, from this mapping or an outer one; null if the key is absent or its value is null. */
    @Nullable
    YamlNode find(String key) {
        request(key);
        YamlNode.Entry entry = node.entries().get(key);
        if (entry == null) {
            return outer == null ? null : outer.find(key);
        }
        return entry.value() instanceof YamlNode.Scalar scalar && scalar.value() == null ? null : entry.value();
    }

    /** Records a key here and in the outer mappings, where a missing key is looked up. */
    private void request(String key) {
        keys.request(key);
        if (outer != null) {
            outer.request(key);
        }
    }

    boolean has(String key) {
        return find(key) != null;
    }

    /** Returns the place of a key, or of this mapping if the key is absent. */
    Location locationOf(String key) {
        YamlNode.Entry entry = node.entries().get(key);
        return entry == null ? location() : entry.keyLocation();
    }

    void error(String key, String message, String remedy) {
        YamlNode value = find(key);
        loading.problems.error(value == null ? location() : value.location(), pathOf(key), message, remedy);
    }

    /** Reports a missing key, or an environment variable in its value that is not set. */
    void missing(String key, String remedy) {
        if (loading.isUnset(find(key))) {
            error(key, "the environment variable is not set", "set it, or write a default: ${env.NAME | default}");
        } else if (!has(key)) {
            loading.problems.error(location(), path, "'" + key + "' is missing", remedy);
        }
    }

    /** Reports a problem of the whole mapping. */
    void error(String message, String remedy) {
        loading.problems.error(location(), path, message, remedy);
    }

    /** Warns about the whole mapping. */
    void warning(String message, String remedy) {
        loading.problems.warning(location(), path, message, remedy);
    }

    /** Warns about a key. */
    void warning(String key, String message, String remedy) {
        loading.problems.warning(locationOf(key), pathOf(key), message, remedy);
    }

    /** Marks all keys as known, if they cannot be checked. */
    void acceptAll() {
        node.entries().keySet().forEach(keys::request);
    }

    /** Warns about keys of model-compose that Weir does not have. */
    void unsupported(String... foreign) {
        for (String key : foreign) {
            keys.request(key);
            if (node.entries().containsKey(key)) {
                warning(key, "'" + key + "' of model-compose has no effect here", "");
            }
        }
    }

    /** Reports each key that no accessor has requested. */
    void finish() {
        node.entries().forEach((key, entry) -> {
            if (keys.isUnknown(key)) {
                String remedy = keys.remedy(key, outer == null ? null : outer.keys);
                loading.problems.error(
                        entry.keyLocation(), pathOf(key), "unknown key '" + Printable.cut(key) + "'", remedy);
            }
        });
    }
}
