package dev.weir.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a process tree after the end of this JVM. It is a {@code /bin/sh} that reads from a pipe. Only this JVM holds the
 * other end. A line means that the tree has ended. The end of the pipe without a line means that the JVM has ended, even by
 * SIGKILL. The script then does the same as {@link ProcessTree#end}.
 */
final class Watchdog {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    private static final Path SHELL = Path.of("/bin/sh");

    /** Arguments: the root's pid, the tag's assignment, the grace period in seconds. Without /proc only the root is ended. */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read -r word && exit 0
            all=" $1 "
            living() {
              alive=' '
              for one in $all; do
                if read -r line < /proc/$one/stat; then
                  state=${line##*) }
                  case $state in Z*) ;; *) alive="$alive$one " ;; esac
                elif [ ! -e /proc/self/stat ] && kill -0 $one; then
                  alive="$alive$one "
                fi
              done
              all=$alive
            }
            look() {
              living
              for file in $(grep -lsF -- "$2" /proc/[0-9]*/environ); do
                one=${file#/proc/}
                one=${one%/environ}
                case $all in *" $one "*) ;; *) all="$all$one " ;; esac
              done
              more=yes
              while [ $more = yes ]; do
                more=no
                for file in /proc/[0-9]*/stat; do
                  read -r line < $file || continue
                  one=${line%% *}
                  rest=${line##*) }
                  parent=${rest#* }
                  parent=${parent%% *}
                  case $all in *" $one "*) continue ;; esac
                  case $all in *" $parent "*) all="$all$one "; more=yes ;; esac
                done
              done
              living
            }
            look "$@"
            [ "$all" = ' ' ] || kill -TERM $all
            now=0
            tick() {
              if read -r up rest < /proc/uptime; then now=${up%%.*}; else now=$((now + 1)); fi
            }
            tick
            until=$((now + $3))
            while [ $now -lt $until ]; do
              look "$@"
              [ "$all" = ' ' ] && exit 0
              sleep 1
              tick
            done
            look "$@"
            [ "$all" = ' ' ] || kill -KILL $all
            """;

    private final Process process;

    private Watchdog(Process process) {
        this.process = process;
    }

    /** Starts a watchdog for a tree; empty if there is no shell or it cannot be started. */
    static Optional<Watchdog> over(long root, String tag, long graceSeconds) {
        if (!Files.isExecutable(SHELL)) {
            return Optional.empty();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        SHELL.toString(),
                        "-c",
                        SCRIPT,
                        "weir-watchdog",
                        String.valueOf(root),
                        ProcessTree.TAG + "=" + tag,
                        String.valueOf(graceSeconds))
                .directory(new File("/"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().keySet().retainAll(Set.of("PATH"));
        builder.environment().put("LC_ALL", "C");
        try {
            return Optional.of(new Watchdog(Launcher.start(builder)));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no watchdog over process {0}: {1}", String.valueOf(root), e.getMessage());
            return Optional.empty();
        }
    }

    /** Ends the watchdog, since the tree has ended or needs none. */
    void dismiss() {
        try (OutputStream input = process.getOutputStream()) {
            input.write('\n');
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    /** Returns the shell's process, for tests. */
    ProcessHandle handle() {
        return process.toHandle();
    }
}
