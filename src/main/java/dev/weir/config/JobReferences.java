package dev.weir.config;

import dev.weir.binding.Template;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that jobs refer to jobs that exist, and not in circles. */
final class JobReferences {
    private JobReferences() {}

    /** Reports the jobs that a workflow's own template refers to and that do not exist. */
    static void check(Section section, String key, @Nullable Template template, List<JobConfig> jobs) {
        List<String> ids = jobs.stream().map(JobConfig::id).toList();
        for (String id : JobReader.jobsIn(template)) {
            if (!ids.contains(id)) {
                unknown(section, key, id, ids);
            }
        }
    }

    /** Reports dependencies on jobs that do not exist, and every circle once. */
    static void checkDependencies(List<Shapes.Item> items, List<JobConfig> jobs) {
        List<String> ids = items.stream().map(Shapes.Item::id).toList();
        Map<String, Section> sections = new LinkedHashMap<>();
        items.forEach(item -> sections.put(item.id(), item.section()));
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        for (JobConfig job : jobs) {
            Section section = sections.get(job.id());
            dependencies.put(job.id(), job.dependsOn());
            for (String id : job.dependsOn()) {
                if (!ids.contains(id)) {
                    boolean written = section.texts("depends_on").contains(id);
                    unknown(section, written ? "depends_on" : "input", id, ids);
                }
            }
        }
        new Circles(dependencies, sections).report();
    }

    private static void unknown(Section section, String key, String id, List<String> ids) {
        section.error(
                key,
                "there is no job '" + Section.cut(id) + "'",
                NearestName.remedy(id, ids, "there are " + String.join(", ", ids)));
    }

    /** A walk through the graph of jobs that finds every circle. */
    private static final class Circles {
        private final Map<String, Set<String>> dependencies;
        private final Map<String, Section> sections;
        private final Deque<String> trail = new ArrayDeque<>();
        private final Set<String> done = new HashSet<>();

        Circles(Map<String, Set<String>> dependencies, Map<String, Section> sections) {
            this.dependencies = dependencies;
            this.sections = sections;
        }

        void report() {
            dependencies.keySet().forEach(this::walk);
        }

        private void walk(String id) {
            if (trail.contains(id)) {
                reportCircle(id);
                return;
            }
            if (done.contains(id)) {
                return;
            }
            trail.addLast(id);
            dependencies.getOrDefault(id, Set.of()).forEach(this::walk);
            trail.removeLast();
            done.add(id);
        }

        private void reportCircle(String id) {
            List<String> circle = new ArrayList<>(trail);
            circle = new ArrayList<>(circle.subList(circle.indexOf(id), circle.size()));
            circle.add(id);
            Section section = sections.get(id);
            section.error(
                    "depends_on",
                    circle.size() == 2
                            ? "the job waits for itself"
                            : "jobs wait for each other: " + String.join(" → ", circle),
                    "remove one of these dependencies");
        }
    }
}
