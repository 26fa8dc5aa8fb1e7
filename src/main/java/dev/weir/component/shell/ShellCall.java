package dev.weir.component.shell;

import dev.weir.Durations;
import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.CallValues;
import dev.weir.component.ProcessEnvironment;
import dev.weir.config.ShellAction;
import dev.weir.config.ShellConfig;
import dev.weir.process.Command;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of an action, rendered and checked.
 *
 * @param several whether the result is a list of results
 * @param timeout the longest time of each command
 * @param batchSize the most commands at the same time
 */
record ShellCall(List<Command> commands, boolean several, Duration timeout, int batchSize, boolean streaming) {
    private static final int LONGEST_SHOWN = 80;

    /**
     * Renders {@code action} in {@code scope}.
     *
     * @param server the variables of this server
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the key, the value and the allowed values
     */
    static ShellCall of(ShellAction action, ShellConfig config, Scope scope, Map<String, String> server) {
        boolean streaming = CallValues.flag("streaming", action.streaming().render(scope));
        int batchSize = CallValues.whole("batch_size", render(action.batchSize(), scope), 1, ShellLimits.BATCH_SIZES);
        Object written = render(action.workingDirectory(), scope);
        Path folder = folder(action.workingDirectory(), written, config.baseDirectory());
        String shown = written == null ? "" : "'" + Excerpt.of(Values.text(written), LONGEST_SHOWN) + "'";
        Map<String, String> own = new HashMap<>();
        action.environment().forEach((name, value) -> own.put(name, Values.text(value.render(scope))));
        if (own.values().stream().anyMatch(value -> value.indexOf(0) >= 0)) {
            throw noNull("env");
        }
        Map<String, String> variables = ProcessEnvironment.of(config.inheritEnvironment(), own, server);
        List<?> words = (List<?>) Objects.requireNonNull(action.command().render(scope), "a list gives a list");
        List<?> commands = action.several() ? words : List.of(words);
        if (commands.size() > ShellLimits.MOST_COMMANDS) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "command must be a list of at most " + ShellLimits.MOST_COMMANDS + " commands, had "
                            + commands.size());
        }
        if (streaming && commands.size() != 1) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "streaming takes a single command: command must be 1, was " + commands.size());
        }
        return new ShellCall(
                commands.stream()
                        .map(command -> new Command(words((List<?>) command), folder, shown, variables))
                        .toList(),
                action.several(),
                timeout(action.timeout(), scope),
                batchSize,
                streaming);
    }

    /** The words of a command. Each value is one word, whatever it contains. */
    private static List<String> words(List<?> values) {
        List<String> words = values.stream().map(Values::text).toList();
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "command has no program: its first word must not be empty");
        }
        if (words.stream().anyMatch(word -> word.indexOf(0) >= 0)) {
            throw noNull("command");
        }
        return words;
    }

    private static WeirException noNull(String key) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, key + " holds a null character, which no program can receive: remove it");
    }

    private static Duration timeout(@Nullable Template timeout, Scope scope) {
        Object value = render(timeout, scope);
        if (value == null) {
            return ShellLimits.TIMEOUT;
        }
        return Durations.parse(Values.text(value))
                .filter(duration -> !duration.isZero())
                .orElseThrow(() -> CallValues.invalid("timeout", "seconds or such as 500ms, 30s, 2m", value, null));
    }

    /** The working directory. A folder that depends on an input stays in the component's folder. */
    private static Path folder(@Nullable Template written, @Nullable Object value, Path base) {
        if (written == null || value == null) {
            return base;
        }
        boolean free = written.references().stream().allMatch(reference -> reference.source() == Source.ENV);
        try {
            Path folder = base.resolve(Values.text(value)).normalize();
            if (free || (folder.startsWith(base) && Files.isDirectory(folder))) {
                return folder;
            }
        } catch (InvalidPathException e) {
            throw CallValues.invalid("working_dir", "a path", value, e);
        }
        throw CallValues.invalid("working_dir", "a folder in base_dir", value, null);
    }

    private static @Nullable Object render(@Nullable Template template, Scope scope) {
        return template == null ? null : template.render(scope);
    }
}
