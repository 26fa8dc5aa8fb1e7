package dev.weir.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which of a repository's files a model needs. */
final class ModelFiles {
    /** What tells a model's shape; read before the rest is chosen. */
    static final String CONFIG = "config.json";

    private static final String ONNX = ".onnx";
    private static final List<String> FOLDERS = List.of("onnx/", "");
    private static final List<String> BESIDE = List.of(
            CONFIG,
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "chat_template.jinja",
            "1_Pooling/config.json");

    private final Set<String> names;

    ModelFiles(Collection<String> names) {
        this.names = Set.copyOf(names);
    }

    /**
     * The files to load, the graphs last: where a graph is, all it needs is there. Empty if there is no graph of a wanted
     * variant.
     */
    Optional<List<String>> choose(HubModel model, boolean encoderDecoder) {
        Optional<List<String>> graphs = model.filename().isPresent()
                ? named(model.filename().get(), encoderDecoder)
                : model.variants().stream()
                        .map(variant -> graphs(variant, encoderDecoder))
                        .flatMap(Optional::stream)
                        .findFirst();
        return graphs.map(this::withTheRest);
    }

    private List<String> withTheRest(List<String> graphs) {
        Set<String> files = new LinkedHashSet<>();
        BESIDE.stream().filter(names::contains).forEach(files::add);
        for (String graph : graphs) {
            names.stream().filter(name -> isDataOf(graph, name)).sorted().forEach(files::add);
        }
        files.addAll(graphs);
        return List.copyOf(files);
    }

    /** A graph over 2 GB keeps its weights beside it: {@code model.onnx_data}, {@code model.onnx_data_1}, {@code .data}. */
    private static boolean isDataOf(String graph, String name) {
        return name.startsWith(graph + "_data") || name.startsWith(graph + ".data");
    }

    /** A named graph, and the other graphs of its variant where one is not enough. */
    private Optional<List<String>> named(String file, boolean encoderDecoder) {
        if (!names.contains(file)) {
            return Optional.empty();
        }
        String base = file.substring(file.lastIndexOf('/') + 1);
        for (String stem :
                List.of("decoder_with_past_model", "decoder_model_merged", "decoder_model", "encoder_model")) {
            if (base.startsWith(stem) && base.endsWith(ONNX)) {
                return graphs(base.substring(stem.length(), base.length() - ONNX.length()), encoderDecoder);
            }
        }
        return Optional.of(List.of(file));
    }

    /** The graphs of one variant: one that does all, a merged decoder, or a decoder for the first step and one for the rest. */
    private Optional<List<String>> graphs(String variant, boolean encoderDecoder) {
        List<String> graphs = new ArrayList<>();
        if (encoderDecoder) {
            Optional<String> encoder = graph("encoder_model", variant);
            if (encoder.isEmpty()) {
                return Optional.empty();
            }
            graphs.add(encoder.get());
        }
        Optional<String> one = encoderDecoder ? Optional.empty() : graph("model", variant);
        one = one.or(() -> graph("decoder_model_merged", variant));
        if (one.isPresent()) {
            graphs.add(one.get());
            return Optional.of(graphs);
        }
        Optional<String> first = graph("decoder_model", variant);
        Optional<String> next = graph("decoder_with_past_model", variant);
        if (first.isEmpty() || next.isEmpty()) {
            return Optional.empty();
        }
        graphs.add(first.get());
        graphs.add(next.get());
        return Optional.of(graphs);
    }

    private Optional<String> graph(String stem, String variant) {
        return FOLDERS.stream()
                .map(folder -> folder + stem + variant + ONNX)
                .filter(names::contains)
                .findFirst();
    }

    /** All graphs, for messages. */
    List<String> graphs() {
        return names.stream().filter(name -> name.endsWith(ONNX)).sorted().toList();
    }

    boolean contains(String name) {
        return names.contains(name);
    }
}
