package dev.weir.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The plain loop of the runtime's guides: run the session, take the most likely token, pass the outputs back as inputs. It
 * has one sequence and a session with default options, without tokenizer, queue or further thread. {@link Throughput}
 * compares one stream with it. Only for graphs with a cache that grows by concatenation.
 */
final class BareLoop implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    BareLoop(Path model, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        session = environment.createSession(model.toString(), options);
    }

    /** Generates {@code tokens} tokens after the prompt. Returns the last one. */
    long generate(long[] prompt, int tokens) throws OrtException {
        Map<String, OnnxTensor> cache = empty();
        OrtSession.Result before = null;
        long[] ids = prompt;
        long last = -1;
        for (int length = prompt.length, made = 0; made < tokens; made++, length++) {
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>(cache);
            long begin = length - ids.length;
            OnnxTensor idTensor = tensor(ids);
            OnnxTensor positions =
                    tensor(java.util.stream.LongStream.range(begin, length).toArray());
            long[] ones = new long[length];
            Arrays.fill(ones, 1);
            OnnxTensor mask = tensor(ones);
            inputs.put("input_ids", idTensor);
            inputs.put("position_ids", positions);
            inputs.put("attention_mask", mask);
            OrtSession.Result result = session.run(inputs);
            last = likeliest((OnnxTensor) result.get("logits").orElseThrow());
            idTensor.close();
            positions.close();
            mask.close();
            if (before == null) {
                cache.values().forEach(OnnxTensor::close);
            } else {
                before.close();
            }
            before = result;
            cache = presents(result);
            ids = new long[] {last};
        }
        before.close();
        return last;
    }

    private Map<String, OnnxTensor> empty() throws OrtException {
        Map<String, OnnxTensor> cache = new LinkedHashMap<>();
        for (var input : session.getInputInfo().entrySet()) {
            if (input.getKey().startsWith("past_key_values.")) {
                long[] shape =
                        ((TensorInfo) input.getValue().getInfo()).getShape().clone();
                shape[0] = 1;
                shape[2] = 0;
                cache.put(input.getKey(), OnnxTensor.createTensor(environment, FloatBuffer.allocate(0), shape));
            }
        }
        return cache;
    }

    private static Map<String, OnnxTensor> presents(OrtSession.Result result) {
        Map<String, OnnxTensor> cache = new LinkedHashMap<>();
        for (var output : result) {
            if (output.getKey().startsWith("present.")) {
                cache.put("past_key_values." + output.getKey().substring("present.".length()), (OnnxTensor)
                        output.getValue());
            }
        }
        return cache;
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    private static long likeliest(OnnxTensor logits) {
        long[] shape = logits.getInfo().getShape();
        FloatBuffer values = logits.getFloatBuffer();
        int vocabulary = (int) shape[2];
        int row = (int) (shape[1] - 1) * vocabulary;
        int best = 0;
        for (int id = 1; id < vocabulary; id++) {
            if (values.get(row + id) > values.get(row + best)) {
                best = id;
            }
        }
        return best;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
