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
 * Outlives this JVM by as long as it takes to end a process tree. It is a {@code /bin/sh} that reads from a pipe whose other
 * end only this JVM holds: a line tells it that the tree has ended; an end of the pipe without one means that the JVM has
 * gone, whatever killed it. Then it does what {@link ProcessTree#end} would have done.
 */
final class Watchdog {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    private static final Path SHELL = Path.of("/bin/sh");

    /** Arguments: the root's pid, the tag's assignment, the seconds of grace. Without /proc it knows only the root. */
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

    /** Watches over a tree; empty where there is no shell to do it. */
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

    /** Tells it that nothing of the tree lives, or that it is not needed. */
    void dismiss() {
        try (OutputStream input = process.getOutputStream()) {
            input.write('\n');
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    /** Its own process, for tests. */
    ProcessHandle handle() {
        return process.toHandle();
    }
}
