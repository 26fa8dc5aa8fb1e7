package dev.weir.face;

import dev.weir.Excerpt;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.Exposure;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the input of a workflow from a request. Used once. */
final class InputMapping {
    private static final int LONGEST_SHOWN = 80;

    private final WorkflowInputs inputs;
    private final Exposure exposure;
    private final ModelRequest request;
    private final Map<String, @Nullable Object> input = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private @Nullable Object whole;

    /**
     * An input.
     *
     * @param taken the fields of the request, and the common names of its options, that the input has
     * @param takesAll whether the input has the whole request
     */
    record Mapped(@Nullable Object input, Set<String> taken, boolean takesAll) {
        Mapped {
            taken = Set.copyOf(taken);
        }

        boolean takes(String name) {
            return takesAll || taken.contains(name);
        }
    }

    private InputMapping(ServedWorkflow workflow, ModelRequest request) {
        this.inputs = new WorkflowInputs(workflow.schema().input());
        this.exposure = workflow.config().exposure();
        this.request = request;
    }

    /**
     * Makes the input of {@code workflow}.
     *
     * @throws RefusedFieldException if no input takes a part of the request that may not be dropped
     */
    static Mapped of(ServedWorkflow workflow, ModelRequest request, EnvironmentVariables environment) {
        InputMapping mapping = new InputMapping(workflow, request);
        Template template = workflow.config().exposure().input();
        return template == null ? mapping.mapped() : mapping.rendered(template, environment);
    }

    private Mapped rendered(Template template, EnvironmentVariables environment) {
        List<Reference> references = template.references().stream()
                .filter(reference -> reference.source() == Source.REQUEST)
                .toList();
        Object input =
                template.render(Bindings.empty().withEnvironment(environment).with(Source.REQUEST, request.body()));
        Set<String> fields = references.stream()
                .flatMap(reference -> reference.variable().stream())
                .collect(Collectors.toSet());
        boolean takesAll =
                references.stream().anyMatch(reference -> reference.path().isEmpty());
        String content = request.content().field();
        if (!takesAll && !fields.contains(content)) {
            throw RefusedFieldException.unsupported(
                    content, content + " is not in openai.input of this model: take another path or another model");
        }
        if (request.content() instanceof ModelRequest.Content.Conversation conversation
                && conversation.apart() != null
                && !takesAll
                && !fields.contains(conversation.instructionsField())
                && !exposure.dropsHistory()) {
            throw RefusedFieldException.unsupported(
                    conversation.instructionsField(),
                    conversation.instructionsField() + " is not in openai.input of this model: leave it out");
        }
        request.options().forEach((name, option) -> {
            if (fields.contains(option.field())) {
                fields.add(name);
            }
        });
        return new Mapped(input, fields, takesAll);
    }

    private Mapped mapped() {
        if (request.content() instanceof ModelRequest.Content.Conversation conversation) {
            conversation(conversation);
        } else {
            texts((ModelRequest.Content.Texts) request.content());
        }
        request.options().forEach((name, option) -> {
            if (inputs.has(name)) {
                take(name, option.value());
                taken.add(option.field());
            }
        });
        request.others().forEach((name, value) -> {
            if (inputs.has(name) && !input.containsKey(name)) {
                take(name, value);
            }
        });
        return new Mapped(whole == null ? input : whole, taken, false);
    }

    private void take(String name, @Nullable Object value) {
        input.put(name, value);
        taken.add(name);
    }

    private void conversation(ModelRequest.Content.Conversation conversation) {
        if (inputs.has("messages")) {
            take("messages", messages(conversation));
            return;
        }
        String field = conversation.field();
        List<Turn> turns = conversation.turns().stream()
                .filter(turn -> !turn.role().equals(Turn.SYSTEM))
                .toList();
        Turn last = null;
        for (Turn turn : turns) {
            last = turn.role().equals(Turn.USER) ? turn : last;
        }
        if (last == null) {
            throw RefusedFieldException.invalid(field, field + " has no message of the role user: send one");
        }
        if (turns.size() > 1 && !exposure.dropsHistory()) {
            throw RefusedFieldException.unsupported(
                    field,
                    field + " has more than one turn, and the model takes one (had " + turns.size()
                            + "): send the last one, or a model with an input 'messages'");
        }
        String ending = turns.get(turns.size() - 1).role();
        if (!ending.equals(Turn.USER)) {
            throw RefusedFieldException.unsupported(
                    field,
                    field + " ends with a message of the role " + ending
                            + ", which the model cannot continue: end with one of the role user");
        }
        system(conversation);
        images(field, last);
        text(field, last.text());
    }

    /** All messages. Instructions that the request has elsewhere go to an input of their own, or become the first message. */
    private List<?> messages(ModelRequest.Content.Conversation conversation) {
        ModelRequest.Content.Instructions apart = conversation.apart();
        if (apart == null) {
            return conversation.messages();
        }
        if (inputs.has(Turn.SYSTEM)) {
            take(Turn.SYSTEM, inputs.isTyped(Turn.SYSTEM) ? apart.text() : apart.value());
            return conversation.messages();
        }
        List<Object> messages = new ArrayList<>(conversation.messages().size() + 1);
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("role", Turn.SYSTEM);
        first.put("content", apart.text());
        messages.add(first);
        messages.addAll(conversation.messages());
        return messages;
    }

    private void system(ModelRequest.Content.Conversation conversation) {
        List<Turn> turns = conversation.turns();
        if (turns.stream().noneMatch(turn -> turn.role().equals(Turn.SYSTEM))) {
            return;
        }
        String field = conversation.instructionsField();
        requireTexts(field, turns);
        if (inputs.has(Turn.SYSTEM)) {
            take(
                    Turn.SYSTEM,
                    turns.stream()
                            .filter(turn -> turn.role().equals(Turn.SYSTEM))
                            .map(Turn::text)
                            .collect(Collectors.joining("\n\n")));
        } else if (!exposure.dropsHistory()) {
            throw RefusedFieldException.unsupported(
                    field,
                    field + (conversation.apart() == null ? " has a system message" : " is set")
                            + ", and the model has no input 'system': leave it out");
        }
    }

    private static void requireTexts(String field, List<Turn> turns) {
        for (Turn turn : turns) {
            if (turn.role().equals(Turn.SYSTEM) && !turn.parts().stream().allMatch(Turn.Part.Text.class::isInstance)) {
                throw RefusedFieldException.unsupported(
                        field, field + " has a system message with a part that is no text: send only texts there");
            }
        }
    }

    private void images(String field, Turn last) {
        for (Turn.Part part : last.parts()) {
            if (part instanceof Turn.Part.Other other) {
                throw RefusedFieldException.unsupported(
                        field,
                        field + " has a part of the type '" + Excerpt.of(other.type(), LONGEST_SHOWN)
                                + "', which the model does not take");
            }
            if (part instanceof Turn.Part.Image image) {
                List<String> names = inputs.images();
                if (names.size() != 1 || input.containsKey(names.get(0))) {
                    throw RefusedFieldException.unsupported(
                            field,
                            field + " has more images than the model takes (takes " + Math.min(names.size(), 1)
                                    + "): leave them out");
                }
                take(names.get(0), image.value());
            }
        }
    }

    private void text(String field, Object text) {
        if (inputs.isWhole()) {
            whole = text;
            return;
        }
        Optional<String> name = inputs.text();
        if (name.isPresent()) {
            // The name of the input is no field of the request, though one may have it.
            input.put(name.get(), text);
            taken.add(field);
        } else if (!text.equals("")) {
            throw RefusedFieldException.unsupported(
                    field, "the model has no single input for a text: its workflow needs openai.input");
        }
    }

    private void texts(ModelRequest.Content.Texts content) {
        Optional<String> name = content.inputs().stream().filter(inputs::has).findFirst();
        if (name.isEmpty() && inputs.has("messages") && inputs.text().isEmpty()) {
            if (content.texts() instanceof List<?>) {
                throw RefusedFieldException.unsupported(
                        content.field(), content.field() + " is a list, and the model takes one text: send one");
            }
            take("messages", List.of(Map.of("role", Turn.USER, "content", content.texts())));
            return;
        }
        String input = name.or(inputs::text).orElse("");
        if (content.texts() instanceof List<?> && inputs.isTyped(input)) {
            throw RefusedFieldException.unsupported(
                    content.field(), content.field() + " is a list, and the model takes one text: send one");
        }
        if (name.isPresent()) {
            take(name.get(), content.texts());
        } else {
            text(content.field(), content.texts());
        }
    }
}
