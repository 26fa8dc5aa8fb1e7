package dev.weir.component;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Selects the environment variables of a component's processes: those that every program needs, those that the
 * configuration inherits, and its own, which have precedence. Other variables of the server may hold secrets of other
 * programs.
 */
public final class ProcessEnvironment {
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

    private ProcessEnvironment() {}

    /**
     * Returns all variables of a process.
     *
     * @param inherited names of variables of the server that the process inherits; a name may end in {@code *}
     * @param own the variables of the component
     * @param server the variables of this server
     */
    public static Map<String, String> of(List<String> inherited, Map<String, String> own, Map<String, String> server) {
        Map<String, String> variables = new HashMap<>();
        server.forEach((name, value) -> {
            if (isNeeded(name) || isInherited(name, inherited)) {
                variables.put(name, value);
            }
        });
        variables.putAll(own);
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
