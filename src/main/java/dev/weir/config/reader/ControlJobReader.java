package dev.weir.config.reader;

import dev.weir.Durations;
import dev.weir.binding.Bindings;
import dev.weir.binding.Condition;
import dev.weir.binding.Template;
import dev.weir.config.DelayJob;
import dev.weir.config.Dependencies;
import dev.weir.config.FilterJob;
import dev.weir.config.IfJob;
import dev.weir.config.JobConfig;
import dev.weir.config.RandomRouterJob;
import dev.weir.config.SwitchJob;
import dev.weir.config.yaml.Printable;
import dev.weir.filter.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the jobs that run no action: they wait, choose or filter. */
final class ControlJobReader {
    private static final Map<String, Condition.Operator> OPERATORS = new LinkedHashMap<>();

    static {
        Arrays.stream(Condition.Operator.values()).forEach(operator -> OPERATORS.put(operator.toString(), operator));
    }

    private final CommonJobKeys frame;
    private final Section section;

    ControlJobReader(CommonJobKeys frame) {
        this.frame = frame;
        this.section = frame.section();
    }

    Optional<JobConfig> delay() {
        Map<String, String> modes = Map.of("time-interval", "duration", "specific-time", "time");
        String mode = section.word("mode", new TreeMap<>(modes)).orElse(section.has("time") ? "time" : "duration");
        Template duration = section.template("duration", SourceScope.JOB_INPUT);
        Template time = section.template("time", SourceScope.JOB_INPUT);
        Template timezone = section.template("timezone", SourceScope.JOB_INPUT);
        Template output = section.template("output", SourceScope.JOB_OUTPUT);
        if (!section.has(mode)) {
            section.missing(mode, mode.equals("time") ? "write a date and time" : Durations.EXAMPLES);
        }
        checkDuration(duration);
        Template condition = frame.condition();
        return Optional.of(new DelayJob(
                frame.id(),
                mode.equals("duration") ? duration : null,
                mode.equals("time") ? time : null,
                timezone,
                output,
                condition,
                frame.dependsOn(duration, time, timezone, output, condition),
                section.location()));
    }

    private void checkDuration(@Nullable Template duration) {
        if (duration != null && duration.isConstant()) {
            section.duration("duration");
        }
    }

    Optional<JobConfig> branch() {
        Template input = section.template("input", SourceScope.JOB_INPUT);
        List<IfJob.Branch> branches = each("conditions", List.of("operator", "value", "if_true", "if_false"), inner -> {
            Template value = inner.template("value", SourceScope.JOB_INPUT);
            IfJob.Branch branch = new IfJob.Branch(
                    inner == section ? null : inner.template("input", SourceScope.JOB_INPUT),
                    operator(inner, value),
                    value,
                    inner.text("if_true").orElse(null),
                    inner.text("if_false").orElse(null));
            if (branch.ifTrue() == null && branch.ifFalse() == null) {
                inner.missing("if_true", "name the job to go to");
            }
            return Optional.of(branch);
        });
        Template condition = frame.condition();
        return Optional.of(new IfJob(
                frame.id(),
                input,
                branches,
                section.text("otherwise").orElse(null),
                condition,
                frame.dependsOn(with(
                        branches.stream().flatMap(branch -> Stream.of(branch.input(), branch.value())),
                        input,
                        condition)),
                section.location()));
    }

    Optional<JobConfig> choice() {
        Template input = section.template("input", SourceScope.JOB_INPUT);
        List<SwitchJob.Case> cases = each("cases", List.of("value", "then"), inner -> {
            Template value = inner.template("value", SourceScope.JOB_INPUT);
            Optional<String> then = inner.text("then");
            if (!inner.has("value")) {
                inner.missing("value", "write what the input is compared with");
            }
            if (then.isEmpty()) {
                inner.missing("then", "name the job to go to");
            }
            return value == null ? Optional.empty() : then.map(target -> new SwitchJob.Case(value, target));
        });
        Template condition = frame.condition();
        return Optional.of(new SwitchJob(
                frame.id(),
                input,
                cases,
                section.text("otherwise").orElse(null),
                condition,
                frame.dependsOn(with(cases.stream().map(SwitchJob.Case::value), input, condition)),
                section.location()));
    }

    Optional<JobConfig> randomRouter() {
        boolean weighted =
                section.word("mode", Map.of("uniform", false, "weighted", true)).orElse(false);
        String key = section.has("routings") ? "routings" : "routes";
        List<RandomRouterJob.Route> routes = each(key, List.of(), inner -> {
            Optional<String> to =
                    inner.text("to").or(() -> inner.text("target")).or(() -> inner.text("id"));
            double weight = inner.number("weight", Double.MIN_VALUE, 1e9).orElse(1.0);
            if (inner.has("weight") && !weighted) {
                inner.warning("weight", "'weight' has no effect without 'mode: weighted'", "add 'mode: weighted'");
            }
            if (to.isEmpty()) {
                inner.missing("to", "name the job to go to");
            }
            return to.map(target -> new RandomRouterJob.Route(target, weighted ? weight : 1));
        });
        if (section.has("routings") && section.has("routes")) {
            section.error("routes", "'routings' and 'routes' mean the same", "remove one of them");
        } else if (!section.has("routings") && !section.has("routes")) {
            section.missing("routings", "list the jobs to choose from, such as - to: job-a");
        }
        section.unsupported("session", "salt");
        Template condition = frame.condition();
        return Optional.of(
                new RandomRouterJob(frame.id(), routes, condition, frame.dependsOn(condition), section.location()));
    }

    Optional<JobConfig> filter() {
        Template input = section.template("input", SourceScope.JOB_INPUT);
        List<@Nullable Template> tested = new ArrayList<>();
        Condition where = section.mapping("where")
                .flatMap(inner -> predicate(inner, tested))
                .orElse(null);
        Template output = section.template("output", SourceScope.JOB_OUTPUT);
        section.unsupported("streaming");
        if (section.has("where") && !section.has("input")) {
            section.missing("input", "write the list, such as ${input.items}");
        }
        Template condition = frame.condition();
        Dependencies dependsOn = frame.dependsOn(with(tested.stream(), input, output, condition));
        return Optional.of(new FilterJob(frame.id(), input, where, output, condition, dependsOn, section.location()));
    }

    private static Optional<Condition> predicate(Section section, List<@Nullable Template> tested) {
        Optional<Condition> condition;
        if (section.has("all")) {
            condition = Optional.of(new Condition.All(predicates(section, "all", tested)));
        } else if (section.has("any")) {
            condition = Optional.of(new Condition.Any(predicates(section, "any", tested)));
        } else if (section.has("not")) {
            condition = section.mapping("not")
                    .flatMap(inner -> predicate(inner, tested))
                    .map(Condition.Not::new);
        } else {
            Template input = section.template("input", SourceScope.JOB_ITEM);
            Template value = section.template("value", SourceScope.JOB_ITEM);
            if (!section.has("input")) {
                section.missing("input", "write what is tested, such as ${item.name}, or one of all, any, not");
            }
            tested.addAll(Arrays.asList(input, value));
            condition = Optional.of(new Condition.Comparison(input, operator(section, value), value));
        }
        section.finish();
        return condition;
    }

    /** Reads the operator, and checks a constant value that it takes. */
    private static Condition.Operator operator(Section section, @Nullable Template value) {
        Condition.Operator operator = section.word("operator", OPERATORS).orElse(Condition.Operator.EQ);
        if (value != null && value.isConstant()) {
            try {
                operator.check(value.render(Bindings.empty()));
            } catch (RegexSyntaxException e) {
                section.error(
                        "value",
                        "'" + Printable.cut(value.toString()) + "' is not a regular expression: " + e.detail(),
                        e.remedy());
            }
        }
        return operator;
    }

    private static List<Condition> predicates(Section section, String key, List<@Nullable Template> tested) {
        return section.mappings(key).stream()
                .flatMap(inner -> predicate(inner, tested).stream())
                .toList();
    }

    /**
     * Reads each mapping in the list under {@code key}. Without a list, reads the job itself if it has a key of
     * {@code inline}.
     */
    private <T> List<T> each(String key, List<String> inline, Function<Section, Optional<T>> reader) {
        List<Section> sections = section.mappings(key);
        if (sections.isEmpty() && inline.stream().anyMatch(section.node.entries()::containsKey)) {
            return reader.apply(section).stream().toList();
        }
        List<T> read = new ArrayList<>();
        for (Section inner : sections) {
            reader.apply(inner).ifPresent(read::add);
            inner.finish();
        }
        return read;
    }

    private static Template[] with(Stream<@Nullable Template> some, @Nullable Template... others) {
        return Stream.concat(some, Arrays.stream(others)).toArray(Template[]::new);
    }
}
