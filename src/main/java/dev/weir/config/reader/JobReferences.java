package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.binding.Template;
import dev.weir.config.JobConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that the jobs of a workflow refer only to existing jobs, and without cycles. */
final class JobReferences {
    /** Bounds the walk through the graph. */
    private static final int MAX_JOBS = 1000;

    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final List<JobConfig> jobs;
    private final Deque<String> trail = new ArrayDeque<>();
    private final Set<String> done = new HashSet<>();

    /**
     * Checks these jobs.
     *
     * @param items all jobs as they are written
     * @param jobs the jobs that could be read
     */
    JobReferences(List<Shapes.Item> items, List<JobConfig> jobs) {
        items.forEach(item -> sections.put(item.id(), item.section()));
        this.jobs = jobs;
    }

    /** Reports references in a workflow's own template to jobs that do not exist. */
    static void check(Section section, String key, @Nullable Template template, List<JobConfig> jobs) {
        List<String> ids = jobs.stream().map(JobConfig::id).toList();
        for (String id : CommonJobKeys.jobsIn(template == null ? List.of() : List.of(template))) {
            if (!ids.contains(id) && !ids.isEmpty()) {
                unknown(section, key, id, ids);
            }
        }
    }

    /** Reports dependencies on and routes to jobs that do not exist, and each cycle once. */
    void check() {
        if (sections.size() > MAX_JOBS) {
            Section last = List.copyOf(sections.values()).get(MAX_JOBS);
            last.error("the workflow has too many jobs (at most " + MAX_JOBS + ")", "split it");
            return;
        }
        for (JobConfig job : jobs) {
            Section section = section(job.id());
            Set<String> written = new HashSet<>(flat(section.find("depends_on")));
            job.dependsOn().stream()
                    .filter(id -> !sections.containsKey(id))
                    .forEach(id -> unknown(section, written.contains(id) ? "depends_on" : "input", id, ids()));
            job.targets().stream()
                    .filter(id -> !sections.containsKey(id))
                    .forEach(id -> unknown(section, keyOf(section, id), id, ids()));
        }
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        withRoutes().forEach(job -> dependencies.put(job.id(), job.dependsOn()));
        dependencies.keySet().forEach(id -> walk(id, dependencies));
    }

    /** The texts of a node, at any depth. */
    private static List<String> flat(@Nullable YamlNode node) {
        if (node instanceof YamlNode.Sequence sequence) {
            return sequence.elements().stream()
                    .flatMap(each -> flat(each).stream())
                    .toList();
        }
        return node instanceof YamlNode.Scalar scalar ? List.of(scalar.text()) : List.of();
    }

    /** Returns the jobs, each with a dependency on the jobs that route to it. */
    List<JobConfig> withRoutes() {
        Map<String, Set<String>> routers = new LinkedHashMap<>();
        for (JobConfig job : jobs) {
            job.targets()
                    .forEach(target -> routers.computeIfAbsent(target, id -> new LinkedHashSet<>())
                            .add(job.id()));
        }
        return jobs.stream()
                .map(job -> routers.containsKey(job.id()) ? job.dependingOn(routers.get(job.id())) : job)
                .toList();
    }

    private Section section(String job) {
        return Objects.requireNonNull(sections.get(job), "a job that could be read is one of those that are written");
    }

    private List<String> ids() {
        return List.copyOf(sections.keySet());
    }

    /** Returns the key of a routing job that contains a target at any depth. */
    private static String keyOf(Section section, String target) {
        return section.node.entries().entrySet().stream()
                .filter(entry ->
                        String.valueOf(entry.getValue().value().plain()).contains(target))
                .filter(entry -> !entry.getKey().equals("id"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("type");
    }

    private static void unknown(Section section, String key, String id, List<String> ids) {
        section.error(
                key,
                "there is no job '" + Printable.cut(id) + "'",
                Suggestion.remedy(id, ids, "there are " + String.join(", ", ids)));
    }

    private void walk(String id, Map<String, Set<String>> dependencies) {
        if (trail.contains(id)) {
            reportCycle(id);
        } else if (!done.contains(id)) {
            trail.addLast(id);
            dependencies.getOrDefault(id, Set.of()).forEach(next -> walk(next, dependencies));
            trail.removeLast();
            done.add(id);
        }
    }

    private void reportCycle(String id) {
        List<String> cycle = new ArrayList<>(trail);
        cycle.subList(0, cycle.indexOf(id)).clear();
        cycle.add(id);
        String message = cycle.size() == 2
                ? "the job '" + id + "' waits for itself"
                : "jobs wait for each other: " + String.join(" → ", cycle);
        Section section = section(id);
        if (section.has("depends_on")) {
            section.error("depends_on", message, "remove one of these dependencies");
        } else {
            section.error(message, "remove one of these dependencies");
        }
    }
}
