package dev.weir.config.reader;

import dev.weir.MissingVariableException;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The state that all readers of one configuration share: the problems, the environment, and the parsing of templates. */
final class ReadContext {
    final ProblemList problems;
    final EnvironmentVariables environment;
    final Path baseDirectory;
    private final Set<Path> files = new LinkedHashSet<>();
    private final Set<String> variables = new TreeSet<>();
    private final Set<String> plainSecrets = new HashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private @Nullable Location firstMissing;
    private final Set<YamlNode> unset = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Template, Origin> origins = new IdentityHashMap<>();

    /** The node of a template, and its path. */
    private record Origin(YamlNode node, String path) {}

    ReadContext(ProblemList problems, EnvironmentVariables environment, Path baseDirectory) {
        this.problems = problems;
        this.environment = environment;
        this.baseDirectory = baseDirectory;
    }

    /** Returns the file that a setting names, and records it. The caller reads it. */
    Path file(String name) {
        Path file = baseDirectory.resolve(name).normalize();
        files.add(file);
        return file;
    }

    /** Returns the files that settings name, whether or not they could be read. */
    List<Path> files() {
        return List.copyOf(files);
    }

    /** Records variables that processes inherit. Their values are masked as if the configuration referred to the variables. */
    void inherits(List<String> names) {
        variables.addAll(names);
    }

    /** Records further secrets that messages must mask. */
    void keepSecret(Set<String> plain) {
        plainSecrets.addAll(plain);
    }

    /** Returns the part of the environment that the templates read so far refer to. */
    EnvironmentVariables referencedEnvironment() {
        return environment.referencedBy(variables, HarmlessValue::is, plainSecrets);
    }

    /** Warns once about all variables that are not set and have no default. */
    void warnOfMissingVariables() {
        if (firstMissing != null) {
            problems.warning(
                    firstMissing,
                    "",
                    "environment variables are not set: " + String.join(", ", missing),
                    "set them, or write defaults such as ${env.NAME | default}");
        }
    }

    /**
     * Parses a node as a template. Reports a problem and returns null if it is malformed or refers to a source that is not
     * visible.
     */
    @Nullable
    Template template(YamlNode node, String path, SourceScope visibility) {
        return template(node, path, visibility, node::isUnquoted);
    }

    /** As {@link #template}, for a text such as a header: environment variables are texts, also without quotes. */
    @Nullable
    Template textTemplate(YamlNode node, String path, SourceScope visibility) {
        return template(node, path, visibility, place -> false);
    }

    private @Nullable Template template(
            YamlNode node, String path, SourceScope visibility, Predicate<List<Object>> unquoted) {
        Template template = Template.parse(node.plain(), unquoted, fault -> {
            String at = path + Printable.suffix(fault.place().path());
            problems.error(placeIfShown(node, fault.place()), at, fault.detail(), fault.remedy());
        });
        if (template == null) {
            return null;
        }
        boolean visible = true;
        for (Reference reference : template.references()) {
            visible &= isVisible(reference, node, path, visibility);
            note(reference, node);
            warnOfNull(reference, node, path, visibility);
        }
        origins.put(template, new Origin(node, path));
        return visible ? template : null;
    }

    /** Returns the place in the file of a reference of a template; empty if the template is not written in the file. */
    Optional<Location> locationOf(Template template, Reference reference) {
        return Optional.ofNullable(origins.get(template)).map(origin -> place(origin.node(), reference.place()));
    }

    /** Returns the path to a reference of a template; empty if the template is not written in the file. */
    String pathOf(Template template, Reference reference) {
        Origin origin = origins.get(template);
        return origin == null
                ? ""
                : origin.path() + Printable.suffix(reference.place().path());
    }

    private boolean isVisible(Reference reference, YamlNode node, String path, SourceScope visibility) {
        if (visibility.sees(reference.source())) {
            return true;
        }
        problems.error(
                placeIfShown(node, reference.place()),
                path + Printable.suffix(reference.place().path()),
                "'" + reference.source() + "' does not exist here",
                visibility.remedy(reference.source()));
        return false;
    }

    /** Warns about a reference that is always null. */
    private void warnOfNull(Reference reference, YamlNode node, String path, SourceScope visibility) {
        Set<String> known = new TreeSet<>(visibility.contextKeys());
        String key = reference.variable().orElse("");
        String name = Printable.cut(String.valueOf(reference.name()));
        if (reference.source() == Source.JOB_ERROR) {
            warn(reference, node, path, "'jobs." + name + ".error' is always null", "a failed job ends its run");
        } else if (reference.source() == Source.GATEWAY) {
            warn(reference, node, path, "'gateway' is always null", "write the public address itself");
        } else if (reference.source() == Source.CONTEXT && !key.isEmpty() && !known.contains(key)) {
            warn(
                    reference,
                    node,
                    path,
                    "'context." + Printable.cut(key) + "' is always null here",
                    "the keys are " + String.join(", ", known));
        }
    }

    /** Warns about the output of a job of a group, which is null if the job has not ended. */
    void warnOfGroup(Template template, Reference reference, Section job, Set<String> group) {
        problems.warning(
                locationOf(template, reference).orElse(job.location()),
                pathOf(template, reference),
                "'jobs." + Printable.cut(String.valueOf(reference.name()))
                        + ".output' may be null: the job waits for one of " + String.join(", ", group),
                "write a default such as ${jobs.a.output | ${jobs.b.output}}");
    }

    private void warn(Reference reference, YamlNode node, String path, String message, String remedy) {
        problems.warning(
                place(node, reference.place()),
                path + Printable.suffix(reference.place().path()),
                message,
                remedy);
    }

    private void note(Reference reference, YamlNode node) {
        String name = reference.name();
        if (reference.source() == Source.ENV && name != null) {
            variables.add(name);
            if (environment.value(name) == null
                    && !reference.hasDefault()
                    && missing.add(name)
                    && missing.size() == 1) {
                firstMissing = place(node, reference.place());
            }
        }
    }

    /** Returns the place of an error; that of the whole node if further errors are only counted. */
    private Location placeIfShown(YamlNode node, Reference.Place place) {
        return problems.isFull() ? node.location() : place(node, place);
    }

    /** Returns the place in the file of a place in a node's template. */
    static Location place(YamlNode node, Reference.Place place) {
        YamlNode at = node.at(place.path());
        return at instanceof YamlNode.Scalar scalar ? scalar.locationOf(place.offset()) : at.location();
    }

    /** Whether a setting was read but has no value because its environment variable is not set. */
    boolean isUnset(@Nullable YamlNode node) {
        return node != null && unset.contains(node);
    }

    /**
     * Returns a scalar's value with its environment variables resolved; null if it is null or faulty, or if a variable is
     * not set.
     */
    @Nullable
    Object resolved(YamlNode.Scalar scalar, String path) {
        if (!(scalar.value() instanceof String text) || !text.contains("${")) {
            return scalar.value();
        }
        Template template = textTemplate(scalar, path, SourceScope.ENVIRONMENT);
        if (template == null) {
            return null;
        }
        try {
            return template.render(Bindings.empty().withEnvironment(environment));
        } catch (MissingVariableException e) {
            unset.add(scalar); // The one warning about missing variables names it.
            return null;
        } catch (WeirException e) {
            problems.error(scalar.location(), path, e.detail(), "set the variable to a right value");
            return null;
        }
    }
}
