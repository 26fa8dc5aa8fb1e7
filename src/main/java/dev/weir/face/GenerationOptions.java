package dev.weir.face;

import dev.weir.workflow.graph.JobOverrides;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives the options of a request that no input takes to the local model of the output, or refuses them. Stateless. */
final class GenerationOptions {
    private GenerationOptions() {}

    /**
     * The parameters of the local model.
     *
     * @throws RefusedFieldException for an option that changes the answer, without a local model that takes it
     */
    static JobOverrides of(ModelRequest request, InputMapping.Mapped mapped, Optional<LocalModel> model) {
        Optional<LocalModel> generator = model.filter(local -> local.task().generates());
        Map<String, Object> values = new LinkedHashMap<>();
        request.options().forEach((name, option) -> {
            if (mapped.takes(name) || mapped.takes(option.field())) {
                return;
            }
            if (generator.isPresent()) {
                add(name, option.value(), values);
            } else if (!option.isObligatory() && !isUsual(name, option.value())) {
                throw RefusedFieldException.unsupported(
                        option.field(), option.field() + " is not supported by this model: leave it out");
            }
        });
        boolean several = values.containsKey("num_return_sequences");
        if (several && request.streams()) {
            throw RefusedFieldException.unsupported(
                    ModelRequest.COUNT, "n must be 1 with stream: this model gives several choices only as a whole");
        }
        if (several
                || (request.content() instanceof ModelRequest.Content.Texts texts
                        && texts.texts() instanceof List<?>)) {
            values.put("streaming", false);
        }
        return generator
                .filter(local -> !values.isEmpty())
                .map(local -> new JobOverrides(local.jobId(), values))
                .orElse(JobOverrides.NONE);
    }

    private static void add(String name, Object value, Map<String, Object> values) {
        switch (name) {
            case ModelRequest.TEMPERATURE, ModelRequest.TOP_P -> {
                if (((Number) value).doubleValue() == 0) {
                    values.put("do_sample", false);
                } else {
                    values.putIfAbsent("do_sample", true);
                    values.put(name, value);
                }
            }
            case ModelRequest.TOP_K -> {
                if (((Number) value).longValue() > 0) {
                    values.putIfAbsent("do_sample", true);
                }
                values.put(name, value);
            }
            case ModelRequest.MAX_TOKENS -> values.put("max_output_length", value);
            case ModelRequest.STOP -> values.put("stop_sequences", value);
            case ModelRequest.COUNT -> {
                if (((Number) value).intValue() != 1) {
                    values.put("num_return_sequences", value);
                }
            }
            default -> values.put(name, value);
        }
    }

    /** Whether a value is what happens without the option. */
    private static boolean isUsual(String name, Object value) {
        return switch (name) {
            case ModelRequest.TEMPERATURE, ModelRequest.TOP_P, ModelRequest.COUNT ->
                value instanceof Number number && number.doubleValue() == 1;
            case ModelRequest.STOP -> value instanceof List<?> list && list.isEmpty();
            case ModelRequest.TOP_K -> value instanceof Number number && number.longValue() == 0;
            default -> false;
        };
    }
}
