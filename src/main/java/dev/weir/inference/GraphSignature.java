package dev.weir.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a decoder's graph takes and gives, read from the session, as exporters differ in it.
 *
 * @param attentionMask true if it takes {@code attention_mask}, {@code int64 [batch, past + new]}
 * @param positionIds true if it takes {@code position_ids}, {@code int64 [batch, new]}
 * @param pasts the cache's inputs
 * @param presents the output that becomes each of {@code pasts} in the next step, in the same order
 * @param logits {@code [batch, new, vocabularySize]}
 */
record GraphSignature(
        boolean attentionMask, boolean positionIds, List<Past> pasts, List<String> presents, TensorInfo logits) {

    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String POSITIONS = "position_ids";
    static final String LOGITS = "logits";
    private static final String PAST = "past_key_values.";
    private static final String PRESENT = "present.";

    /** One input of the cache: its name, and its shape {@code [batch, heads, past, headSize]} with -1 for what is open. */
    record Past(String name, TensorInfo info) {}

    GraphSignature {
        pasts = List.copyOf(pasts);
        presents = List.copyOf(presents);
    }

    /** @throws WeirException {@link ErrorCode#NOT_READY} if this is not a decoder with a cache, saying what it is */
    static GraphSignature of(OrtSession session) throws OrtException {
        Map<String, TensorInfo> inputs = tensors(session.getInputInfo());
        Map<String, TensorInfo> outputs = tensors(session.getOutputInfo());
        List<Past> pasts = new ArrayList<>();
        List<String> presents = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        inputs.forEach((name, info) -> {
            if (name.startsWith(PAST)) {
                pasts.add(new Past(name, info));
                presents.add(PRESENT + name.substring(PAST.length()));
            } else if (!Set.of(IDS, MASK, POSITIONS).contains(name)) {
                unknown.add(name);
            }
        });
        check(unknown.isEmpty(), "takes inputs that Weir does not know: " + String.join(", ", unknown));
        check(inputs.containsKey(IDS) && outputs.containsKey(LOGITS), "does not turn input_ids into logits");
        check(
                !pasts.isEmpty() && outputs.keySet().containsAll(presents),
                "has no key-value cache; export it with --task text-generation-with-past");
        return new GraphSignature(
                inputs.containsKey(MASK), inputs.containsKey(POSITIONS), pasts, presents, outputs.get(LOGITS));
    }

    private static Map<String, TensorInfo> tensors(Map<String, NodeInfo> nodes) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.getInfo() instanceof TensorInfo info) {
                tensors.put(name, info);
            }
        });
        return tensors;
    }

    private static void check(boolean valid, String fault) {
        if (!valid) {
            throw new WeirException(ErrorCode.NOT_READY, "the model's graph " + fault);
        }
    }
}
