package dev.weir.config.reader;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.MissingVariableException;
import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.TemplateSyntaxException;
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
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What all readers of one configuration share: the problems, the environment, and how templates are read. */
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

    ReadContext(ProblemList problems, EnvironmentVariables environment, Path baseDirectory) {
        this.problems = problems;
        this.environment = environment;
        this.baseDirectory = baseDirectory;
    }

    /** The file that a setting names, which is about to be read. */
    Path file(String name) {
        Path file = baseDirectory.resolve(name).normalize();
        files.add(file);
        return file;
    }

    /** The files that settings name, whether they could be read or not. */
    List<Path> files() {
        return List.copyOf(files);
    }

    /** Processes get the values of these variables, which are secrets as if the configuration referred to them. */
    void inherits(List<String> names) {
        variables.addAll(names);
    }

    /** The secrets that are written out, of which messages must know, too. */
    void keepSecret(Set<String> plain) {
        plainSecrets.addAll(plain);
    }

    /** The environment as far as the templates read so far refer to it. */
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

    /** A node as a template; null, and a problem, if it is malformed or refers to what is not visible there. */
    @Nullable
    Template template(YamlNode node, String path, SourceScope visibility) {
        Template template;
        try {
            template = Template.parse(node.plain());
        } catch (TemplateSyntaxException first) {
            reportSyntax(node, path);
            return null;
        }
        boolean visible = true;
        for (Reference reference : template.references()) {
            visible &= isVisible(reference, node, path, visibility);
            note(reference, node);
        }
        return visible ? template : null;
    }

    /** Reports every malformed text of a node, not only the first. */
    private void reportSyntax(YamlNode node, String path) {
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach((key, entry) -> reportSyntax(entry.value(), path + "." + key));
        } else if (node instanceof YamlNode.Sequence sequence) {
            for (int i = 0; i < sequence.elements().size(); i++) {
                reportSyntax(sequence.elements().get(i), path + "[" + i + "]");
            }
        } else {
            try {
                Template.parse(List.of(String.valueOf(node.plain())));
            } catch (TemplateSyntaxException e) {
                problems.error(place(node, e.place()), path, e.detail(), e.remedy());
            }
        }
    }

    private boolean isVisible(Reference reference, YamlNode node, String path, SourceScope visibility) {
        if (visibility.sees(reference.source())) {
            return true;
        }
        problems.error(
                problems.areMany() ? node.location() : place(node, reference.place()),
                path + Printable.suffix(reference.place().path()),
                "'" + reference.source() + "' does not exist here",
                visibility.remedy(reference.source()));
        return false;
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

    /** The place of something within a node's template. */
    static Location place(YamlNode node, Reference.Place place) {
        YamlNode at = node.at(place.path());
        return at instanceof YamlNode.Scalar scalar ? scalar.locationOf(place.offset()) : at.location();
    }

    /** Whether a setting was read, and says nothing because its environment variable is not set. */
    boolean isUnset(@Nullable YamlNode node) {
        return node != null && unset.contains(node);
    }

    /** What a scalar says once its environment variables are resolved; null if it says nothing or names one that is unset. */
    @Nullable
    Object resolved(YamlNode.Scalar scalar, String path) {
        if (!(scalar.value() instanceof String text) || !text.contains("${")) {
            return scalar.value();
        }
        Template template = template(scalar, path, SourceScope.ENVIRONMENT);
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
