package dev.weir.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only model under ONNX Runtime. Used by one thread at a time.
 *
 * <p>A step reads one token: its logits come in a direct buffer that is bound as output once, and its caches become the
 * next step's inputs without passing through Java's heap. A prompt is read without asking for logits, all but its last
 * token. Native memory is the session's, the inputs' and the caches'; nothing is left to the garbage collector.
 */
final class LanguageModel implements Decoder {
    /** The most tokens that one call reads; a longer prompt is read in pieces. */
    static final int PREFILL_TOKENS = 128;

    private final OrtSession session;
    private final StepInputs inputs;
    private final Set<String> presents;
    private final int vocabularySize;
    private final int[] single = new int[1];
    private final FloatBuffer logits;
    /** Over {@link #logits}; null if the graph's logits are not float32 and must be converted. */
    private final @Nullable OnnxTensor boundLogits;

    private LanguageModel(OrtEnvironment environment, OrtSession session, ModelConfig config) throws OrtException {
        GraphSignature signature = GraphSignature.of(session);
        this.session = session;
        this.inputs = new StepInputs(environment, signature, config, PREFILL_TOKENS);
        this.presents = Set.copyOf(signature.presents());
        long declared = signature.logits().getShape()[2];
        this.vocabularySize = declared > 0 ? (int) declared : config.vocabularySize();
        this.logits = ByteBuffer.allocateDirect(Float.BYTES * vocabularySize)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        this.boundLogits = signature.logits().type == OnnxJavaType.FLOAT
                ? OnnxTensor.createTensor(environment, logits, new long[] {1, 1, vocabularySize})
                : null;
    }

    /**
     * Loads a graph, and what it keeps beside itself.
     *
     * @param intraOpThreads threads that compute one step; 0 lets ONNX Runtime take one a core
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded, saying why
     */
    static LanguageModel load(Path file, ModelConfig config, int intraOpThreads) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = null;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(intraOpThreads);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(file.toString(), options);
            return new LanguageModel(environment, session, config);
        } catch (OrtException | RuntimeException e) {
            close(session);
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model " + file + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public void prefill(KeyValueCache cache, int[] ids, int from, int to) {
        for (int start = from; start < to; start += PREFILL_TOKENS) {
            int end = Math.min(to, start + PREFILL_TOKENS);
            try {
                cache.replace(session.run(inputs.reading(cache, ids, start, end), presents), end - start);
            } catch (OrtException e) {
                throw failed(e);
            }
        }
    }

    @Override
    public void step(KeyValueCache cache, int id, float[] into) {
        single[0] = id;
        try {
            Map<String, OnnxTensor> reading = inputs.reading(cache, single, 0, 1);
            if (boundLogits != null) {
                cache.replace(session.run(reading, presents, Map.of(GraphSignature.LOGITS, boundLogits)), 1);
                logits.get(0, into);
            } else {
                OrtSession.Result result = session.run(reading);
                cache.replace(result, 1);
                OnnxTensor converted =
                        (OnnxTensor) result.get(GraphSignature.LOGITS).orElseThrow();
                converted.getFloatBuffer().get(into);
            }
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static WeirException failed(OrtException cause) {
        return new WeirException(ErrorCode.INTERNAL, "the model failed: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        inputs.close();
        if (boundLogits != null) {
            boundLogits.close();
        }
        close(session);
    }

    private static void close(@Nullable OrtSession session) {
        if (session != null) {
            try {
                session.close();
            } catch (OrtException e) {
                throw failed(e);
            }
        }
    }
}
