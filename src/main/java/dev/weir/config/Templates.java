package dev.weir.config;

import dev.weir.binding.Condition;
import dev.weir.binding.Template;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The templates of jobs, components and actions, in the order in which a reader of the configuration expects them. */
public final class Templates {
    private Templates() {}

    public static List<Template> of(JobConfig job) {
        if (job instanceof DelayJob delay) {
            return present(delay.duration(), delay.time(), delay.timezone(), delay.output());
        }
        if (job instanceof FilterJob filter) {
            List<Template> templates = new ArrayList<>(present(filter.input(), filter.output()));
            if (filter.where() != null) {
                templates.addAll(of(filter.where()));
            }
            return templates;
        }
        if (job instanceof ForEachJob each) {
            return present(
                    each.input(),
                    each.call().input(),
                    each.call().output(),
                    each.batchSize(),
                    each.streaming(),
                    each.output());
        }
        if (job instanceof IfJob branch) {
            List<Template> templates = new ArrayList<>(present(branch.input()));
            branch.branches().forEach(each -> templates.addAll(present(each.input(), each.value())));
            return templates;
        }
        if (job instanceof SwitchJob choice) {
            List<Template> templates = new ArrayList<>(present(choice.input()));
            choice.cases().forEach(each -> templates.add(each.value()));
            return templates;
        }
        return job instanceof ActionJob action ? present(action.input(), action.output()) : List.of();
    }

    private static List<Template> of(Condition condition) {
        if (condition instanceof Condition.Comparison comparison) {
            return present(comparison.input(), comparison.value());
        }
        List<Condition> inner = condition instanceof Condition.All all
                ? all.conditions()
                : condition instanceof Condition.Any any
                        ? any.conditions()
                        : List.of(((Condition.Not) condition).condition());
        return inner.stream().flatMap(each -> of(each).stream()).toList();
    }

    /** Returns the templates of the component itself, without those of its actions. */
    public static List<Template> of(ComponentConfig component) {
        return component instanceof HttpClientConfig client ? present(client.baseUrl()) : List.of();
    }

    public static List<Template> of(ActionConfig action) {
        if (action instanceof HttpAction http) {
            List<Template> templates = new ArrayList<>(present(http.endpoint(), http.path()));
            templates.addAll(values(http.headers()));
            templates.addAll(present(http.params(), http.body(), http.output()));
            return templates;
        }
        if (action instanceof WorkflowAction call) {
            return present(call.workflow(), call.input(), call.output());
        }
        if (action instanceof SplitterAction.BySize splitter) {
            return present(
                    splitter.text(),
                    splitter.language(),
                    splitter.separators(),
                    splitter.chunkSize(),
                    splitter.chunkOverlap(),
                    splitter.maximizeChunk(),
                    splitter.batchSize(),
                    splitter.streaming(),
                    splitter.output());
        }
        if (action instanceof SplitterAction.BySentence splitter) {
            return present(
                    splitter.text(),
                    splitter.minChunkLength(),
                    splitter.maxChunkLength(),
                    splitter.batchSize(),
                    splitter.streaming(),
                    splitter.output());
        }
        if (action instanceof ShellAction shell) {
            List<Template> templates = new ArrayList<>(present(shell.command(), shell.workingDirectory()));
            templates.addAll(values(shell.environment()));
            templates.addAll(present(shell.timeout(), shell.batchSize(), shell.streaming(), shell.output()));
            return templates;
        }
        return ofModel((ModelAction) action);
    }

    private static List<Template> ofModel(ModelAction model) {
        List<Template> templates = new ArrayList<>(present(
                model.text(),
                model.messages(),
                model.streaming(),
                model.batchSize(),
                model.maxInputLength(),
                model.stopSequences()));
        templates.addAll(values(model.params()));
        templates.addAll(present(model.classification().probabilities(), model.output()));
        return templates;
    }

    private static List<Template> values(Map<String, Template> templates) {
        return List.copyOf(templates.values());
    }

    private static List<Template> present(@Nullable Template... templates) {
        return Arrays.stream(templates).filter(Objects::nonNull).toList();
    }
}
