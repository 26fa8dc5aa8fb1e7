package dev.weir.component.service;

import dev.weir.config.HttpServerConfig.ManagedCommand;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Selects the environment variables of a service's processes: those that every program needs, those that the
 * configuration inherits, and its own, which have precedence. Other variables of the server may hold secrets of other
 * programs.
 */
final class ServiceEnvironment {
    /** The variables for programs, files, users, language and time zone; the last lines are for Windows. */
    private static final Set<String> NEEDED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "TMP",
            "TEMP",
            "JAVA_HOME",
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "COMSPEC",
            "PATHEXT",
            "WINDIR",
            "USERPROFILE",
            "APPDATA",
            "LOCALAPPDATA",
            "PROGRAMDATA",
            "NUMBER_OF_PROCESSORS");

    private ServiceEnvironment() {}

    /** All variables of a service's processes. */
    static Map<String, String> of(ManagedCommand process, Map<String, String> server) {
        Map<String, String> variables = new HashMap<>();
        server.forEach((name, value) -> {
            if (isNeeded(name) || isInherited(name, process.inheritEnvironment())) {
                variables.put(name, value);
            }
        });
        variables.putAll(process.environment());
        return variables;
    }

    private static boolean isNeeded(String name) {
        String upper = name.toUpperCase(Locale.ROOT); // Windows uses the name Path.
        return NEEDED.contains(upper) || upper.startsWith("LC_");
    }

    private static boolean isInherited(String name, List<String> inherited) {
        return inherited.stream()
                .anyMatch(each ->
                        each.endsWith("*") ? name.startsWith(each.substring(0, each.length() - 1)) : name.equals(each));
    }
}
