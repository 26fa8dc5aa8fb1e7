package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelConfig.Architecture;
import dev.weir.config.ModelConfig.Precision;
import dev.weir.config.ModelLocation;
import dev.weir.config.ModelTask;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code model} components. */
public final class ModelReader {
    private static final Map<String, ModelTask> TASKS = tasks();
    private static final List<String> BRAIN_FLOATS = List.of("bfloat16", "bf16");
    public static final Map<String, Optional<Precision>> PRECISIONS = precisions();
    public static final Map<String, Optional<Architecture>> ARCHITECTURES = new TreeMap<>(Map.of(
            "auto", Optional.empty(),
            "causal", Optional.of(Architecture.CAUSAL),
            "seq2seq", Optional.of(Architecture.SEQ2SEQ)));
    public static final Pattern REPOSITORY = Pattern.compile("[\\w.-]+(/[\\w.-]+)?");
    public static final Pattern DEVICE = Pattern.compile("auto|cpu|mps|cuda(:[0-9]{1,3})?");
    public static final Pattern LOCAL = Pattern.compile("(~|\\.{1,2})?(/.*)?|\\.{1,2}");

    private ModelReader() {}

    static @Nullable ModelConfig read(String id, boolean isDefault, Section section) {
        Optional<ModelTask> task = section.word("task", TASKS);
        if (task.isEmpty()) {
            section.missing("task", "write one of " + String.join(", ", TASKS.keySet()));
        }
        Optional<ModelLocation> model = model(section);
        Optional<Architecture> architecture =
                section.word("architecture", ARCHITECTURES).flatMap(found -> found);
        Optional<Precision> precision = precision(section);
        String device = device(section);
        driver(section);
        section.unsupported(
                "device_mode",
                "low_cpu_mem_usage",
                "peft_adapters",
                "specs",
                "preload",
                "on_demand",
                "runtime_spec",
                "context_length",
                "n_batch",
                "fast_tokenizer",
                "max_seq_length",
                "chat_template",
                "tools",
                "reasoning_parser",
                "tool_call_parser");
        ModelActionReader reader = new ModelActionReader(section, task.orElse(ModelTask.TEXT_GENERATION));
        List<ModelAction> actions = Actions.read(section, reader::read);
        section.finish();
        return task.isEmpty() || model.isEmpty()
                ? null
                : new ModelConfig(
                        id,
                        isDefault,
                        task.get(),
                        model.get(),
                        architecture,
                        precision,
                        device,
                        actions,
                        section.location());
    }

    private static Optional<ModelLocation> model(Section section) {
        YamlNode node = section.find("model");
        if (node == null) {
            section.missing("model", "write a repository of the Hub, or a folder such as ./models/name");
            return Optional.empty();
        }
        if (node instanceof YamlNode.Mapping) {
            return section.mapping("model").flatMap(ModelReader::source);
        }
        Optional<String> model = section.text("model");
        if (model.isEmpty()) {
            section.missing("model", "");
        }
        return model.flatMap(text -> LOCAL.matcher(text).matches()
                ? Optional.of(local(section, text))
                : hub(section, "model", text, "main", Optional.empty(), Optional.empty(), false, Optional.empty()));
    }

    private static Optional<ModelLocation> source(Section source) {
        String provider = source.text("provider").orElseGet(() -> source.has("path") ? "local" : "huggingface");
        Optional<ModelLocation> model = switch (provider) {
            case "local" -> localSource(source);
            case "huggingface" -> hubSource(source);
            default -> {
                source.acceptAll();
                source.error(
                        "provider",
                        "there is no provider '" + Printable.cut(provider) + "'",
                        Suggestion.remedy(provider, List.of("huggingface", "local"), "write huggingface or local"));
                yield Optional.empty();
            }
        };
        source.finish();
        return model;
    }

    private static Optional<ModelLocation> localSource(Section source) {
        source.unsupported("format");
        Optional<String> path = source.text("path");
        if (path.isEmpty()) {
            source.missing("path", "write the model's folder");
        }
        return path.map(text -> local(source, text));
    }

    private static Optional<ModelLocation> hubSource(Section source) {
        Optional<String> repository = source.text("repository");
        String revision = source.text("revision").orElse("main");
        Optional<String> filename = source.text("filename");
        Optional<Path> cache = source.text("cache_dir").map(text -> resolve(source, text));
        boolean localOnly = source.bool("local_files_only", false);
        Optional<String> token = source.text("token");
        if (repository.isEmpty()) {
            source.missing("repository", "write it as owner/name");
        }
        return repository.flatMap(name -> hub(source, "repository", name, revision, filename, cache, localOnly, token));
    }

    private static Optional<ModelLocation> hub(
            Section section,
            String key,
            String repository,
            String revision,
            Optional<String> filename,
            Optional<Path> cache,
            boolean localOnly,
            Optional<String> token) {
        if (!REPOSITORY.matcher(repository).matches()) {
            section.error(
                    key,
                    "'" + Printable.cut(repository) + "' is not a repository of the Hub",
                    "write it as owner/name, or a folder as ./folder");
            return Optional.empty();
        }
        return Optional.of(new ModelLocation.HuggingFace(repository, revision, filename, cache, localOnly, token));
    }

    private static ModelLocation local(Section section, String text) {
        return new ModelLocation.Local(resolve(section, text));
    }

    private static Path resolve(Section section, String text) {
        String path = text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text;
        return section.loading.baseDirectory.resolve(path).normalize();
    }

    private static Optional<Precision> precision(Section section) {
        Optional<Precision> precision = known(section, "precision");
        Optional<Precision> quantization = section.find("quantization") instanceof YamlNode.Mapping
                ? section.mapping("quantization").flatMap(ModelReader::quantization)
                : known(section, "quantization");
        return quantization.or(() -> precision);
    }

    private static Optional<Precision> quantization(Section section) {
        Optional<Precision> type = known(section, "type");
        section.unsupported("compute_dtype", "double_quant");
        section.finish();
        return type;
    }

    /** Reads a precision. No graph has bfloat16: the most precise one runs instead. */
    private static Optional<Precision> known(Section section, String key) {
        section.text(key)
                .filter(BRAIN_FLOATS::contains)
                .ifPresent(word -> section.warning(
                        key, "'" + word + "' is no precision of a graph", "the most precise graph of the model runs"));
        return section.word(key, PRECISIONS).flatMap(found -> found);
    }

    private static String device(Section section) {
        String device = section.text("device").orElse("cpu");
        if (device.equals("auto") || device.equals("mps")) {
            section.warning(
                    "device", "device '" + device + "' is not chosen here: the model runs on cpu", "write cpu or cuda");
            return "cpu";
        }
        if (!DEVICE.matcher(device).matches()) {
            section.error("device", "'" + Printable.cut(device) + "' is not a device", "write cpu, cuda or cuda:0");
        }
        return device;
    }

    private static void driver(Section section) {
        String known = "huggingface";
        section.text("driver")
                .filter(driver -> !driver.equals(known))
                .ifPresent(driver -> section.error(
                        "driver",
                        "there is no driver '" + Printable.cut(driver) + "'",
                        Suggestion.remedy(driver, List.of(known), "write " + known)));
    }

    private static Map<String, ModelTask> tasks() {
        Map<String, ModelTask> tasks = new LinkedHashMap<>();
        Arrays.stream(ModelTask.values()).forEach(task -> tasks.put(task.toString(), task));
        return tasks;
    }

    private static Map<String, Optional<Precision>> precisions() {
        Map<String, Optional<Precision>> precisions = new LinkedHashMap<>();
        precisions.put("auto", Optional.empty());
        precisions.put("none", Optional.empty());
        precisions.put("float32", Optional.of(Precision.FLOAT32));
        precisions.put("fp32", Optional.of(Precision.FLOAT32));
        precisions.put("float16", Optional.of(Precision.FLOAT16));
        precisions.put("fp16", Optional.of(Precision.FLOAT16));
        BRAIN_FLOATS.forEach(word -> precisions.put(word, Optional.empty()));
        precisions.put("int8", Optional.of(Precision.INT8));
        precisions.put("int4", Optional.of(Precision.INT4));
        return precisions;
    }
}
