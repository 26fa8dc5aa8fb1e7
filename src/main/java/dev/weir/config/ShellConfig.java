package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Programs that run for each call.
 *
 * @param baseDirectory the folder against which the folders of actions count; absolute
 * @param inheritEnvironment names of further variables of the server that programs inherit; a name may end in {@code *}
 */
public record ShellConfig(
        String id,
        boolean isDefault,
        Path baseDirectory,
        List<String> inheritEnvironment,
        Scripts manage,
        List<ShellAction> actions,
        Location location)
        implements ComponentConfig {
    public static final String TYPE = "shell";

    public ShellConfig {
        inheritEnvironment = List.copyOf(inheritEnvironment);
        actions = List.copyOf(actions);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /**
     * Commands that run once. Each script is a list of lists of words.
     *
     * @param install run before the first call
     * @param clean run after the last call
     * @param workingDirectory absolute
     */
    public record Scripts(
            List<List<String>> install,
            List<List<String>> clean,
            Path workingDirectory,
            Map<String, String> environment) {

        public Scripts {
            install = List.copyOf(install);
            clean = List.copyOf(clean);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }
}
