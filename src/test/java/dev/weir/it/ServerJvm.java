package dev.weir.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The JVM of the server under test, asked from outside by the JDK's {@code jcmd}. */
final class ServerJvm {
    private static final Pattern CLASS = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private final ProcessHandle process;

    /** What is reachable: how many objects of each class, and the bytes of all. */
    record Live(Map<String, Long> instances, Map<String, Long> bytesOf, long bytes) {
        /** The classes that grew most, each with its bytes more. */
        String growthSince(Live before) {
            return bytesOf.entrySet().stream()
                    .map(now -> Map.entry(now.getKey(), now.getValue() - before.bytesOf.getOrDefault(now.getKey(), 0L)))
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(12)
                    .map(Object::toString)
                    .collect(Collectors.joining(", "));
        }

        long instances(String className) {
            return instances.getOrDefault(className, 0L);
        }
    }

    private ServerJvm(ProcessHandle process) {
        this.process = process;
    }

    /** The one server that this JVM has started. */
    static ServerJvm started() {
        List<ProcessHandle> servers = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("payara-micro"))
                .toList();
        if (servers.size() != 1) {
            throw new AssertionError(servers.size() + " servers run");
        }
        return new ServerJvm(servers.get(0));
    }

    /** Collects all garbage and counts what is left. */
    Live live() throws IOException, InterruptedException {
        String histogram = jcmd("GC.class_histogram");
        Map<String, Long> instances = new HashMap<>();
        Map<String, Long> bytesOf = new HashMap<>();
        CLASS.matcher(histogram).results().forEach(line -> {
            instances.merge(line.group(3), Long.valueOf(line.group(1)), Long::sum);
            bytesOf.merge(line.group(3), Long.valueOf(line.group(2)), Long::sum);
        });
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("no histogram: " + histogram);
        }
        return new Live(instances, bytesOf, Long.parseLong(total.group(1)));
    }

    /** All threads, each with its name and its stack. */
    List<String> threads() throws IOException, InterruptedException {
        List<String> threads = new ArrayList<>();
        for (String block : jcmd("Thread.print").split("\n\n", -1)) {
            if (block.startsWith("\"")) {
                threads.add(block);
            }
        }
        return threads;
    }

    /** The threads that do something for a run now. */
    List<String> threadsAtWork() throws IOException, InterruptedException {
        return threads().stream()
                .filter(thread -> thread.startsWith("\"weir-") && thread.contains("at dev.weir."))
                .filter(thread -> !thread.startsWith("\"weir-inference"))
                .toList();
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new AssertionError("jcmd " + command + ": " + output);
        }
        return output;
    }
}
