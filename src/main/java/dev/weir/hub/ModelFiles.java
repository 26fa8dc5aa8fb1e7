package dev.weir.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files of a repository, and the choice of those that a model needs. */
final class ModelFiles {
    /** The model's configuration; read before the other files are chosen. */
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
     * The files to download.
     *
     * @param beside the settings and tokenizer files
     * @param graphs linked into a snapshot last: a snapshot with a graph is complete
     */
    record Chosen(List<String> beside, List<String> graphs) {}

    /** Returns the files to download; empty if there is no graph of a wanted variant. */
    Optional<Chosen> choose(HubModel model, boolean encoderDecoder) {
        Optional<List<String>> graphs = model.filename().isPresent()
                ? named(model.filename().get(), encoderDecoder)
                : model.variants().stream()
                        .map(variant -> graphs(variant, encoderDecoder))
                        .flatMap(Optional::stream)
                        .findFirst();
        List<String> beside = BESIDE.stream().filter(names::contains).toList();
        return graphs.map(chosen -> new Chosen(beside, List.copyOf(chosen)));
    }

    /**
     * Returns the files with the weights of a graph; a graph over 2 GB keeps its weights in other files.
     *
     * @param locations the names in the graph, relative to its folder
     */
    List<String> weights(String graph, Collection<String> locations) {
        String folder = graph.substring(0, graph.lastIndexOf('/') + 1);
        return locations.stream()
                .map(location -> folder + location)
                .filter(names::contains)
                .sorted()
                .toList();
    }

    /** Returns a named graph, and the further graphs of its variant if one graph is not enough. */
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

    /**
     * Returns the graphs of one variant: a single graph, a merged decoder, or one decoder for the first step and one for the
     * others; an encoder-decoder has an encoder too.
     */
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

    /** Returns all graphs, for messages. */
    List<String> graphs() {
        return names.stream().filter(name -> name.endsWith(ONNX)).sorted().toList();
    }

    boolean contains(String name) {
        return names.contains(name);
    }
}
