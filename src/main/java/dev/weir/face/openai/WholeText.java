package dev.weir.face.openai;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.run.RunAnswer;
import dev.weir.face.OutputText;
import dev.weir.face.WholeOutput;
import dev.weir.json.MemoryEstimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes one whole answer from the value of a run, or from its chunks. One thread at a time uses it. */
final class WholeText implements WholeOutput {
    private static final String CHOICES = "choices";
    private static final String USAGE = "usage";

    private final TextAnswer answer;
    private final Map<Integer, ChoiceText> choices = new TreeMap<>();
    private @Nullable Object usage;
    private @Nullable Map<?, ?> own;

    WholeText(TextAnswer answer) {
        this.answer = answer;
    }

    @Override
    public long add(Object chunk) {
        long kept = 0;
        if (chunk instanceof Map<?, ?> map && answer.shape().chunk().equals(map.get("object"))) {
            usage = map.get(USAGE) == null ? usage : map.get(USAGE);
            if (map.get(CHOICES) instanceof List<?> list) {
                for (Object each : list) {
                    if (each instanceof Map<?, ?> choice) {
                        Object index = choice.get("index");
                        kept += choice(index instanceof Number number ? number.intValue() : 0)
                                .add(choice, answer.shape());
                    }
                }
            }
        } else {
            String text = OutputText.of(chunk);
            choice(0).text(text);
            kept = MemoryEstimate.bytes(text);
        }
        return kept;
    }

    private ChoiceText choice(int index) {
        return choices.computeIfAbsent(index, any -> new ChoiceText());
    }

    /** Takes a whole value: an answer of the same shape, one text for each choice, or one text. */
    @Override
    public void value(@Nullable Object value) {
        int wanted = answer.wish().choices();
        if (value instanceof Map<?, ?> map
                && answer.shape().whole().equals(map.get("object"))
                && map.get(CHOICES) instanceof List<?>) {
            own = map;
        } else if (wanted == 1) {
            choice(0).text(OutputText.of(value));
        } else {
            List<Object> texts = flat(value);
            if (texts.size() != wanted) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "the model does not give one text for each choice (" + wanted + " choices, had " + texts.size()
                                + "): send one prompt, with n 1");
            }
            for (int i = 0; i < wanted; i++) {
                choice(i).text(OutputText.of(texts.get(i)));
            }
        }
    }

    /** The texts of a list; those of a list of lists one after the other. */
    private static List<Object> flat(@Nullable Object value) {
        List<Object> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> {
                if (each instanceof List<?>) {
                    texts.addAll(flat(each));
                } else if (each != null) {
                    texts.add(each);
                }
            });
        }
        return texts;
    }

    @Override
    public RunAnswer.Body body() {
        return RunAnswer.Body.json(document());
    }

    private Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = answer.head(answer.shape().whole());
        if (own != null) {
            own.forEach((key, value) -> document.putIfAbsent(String.valueOf(key), value));
            document.putIfAbsent(USAGE, answer.usage());
            return document;
        }
        if (choices.isEmpty()) {
            choice(0).text("");
        }
        String reason = answer.shape().finish(answer.summary());
        List<Object> all = new ArrayList<>();
        choices.forEach((index, choice) -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("index", index);
            choice.write(one, answer.shape(), reason);
            all.add(one);
        });
        document.put(CHOICES, all);
        document.put(USAGE, usage == null ? answer.usage() : usage);
        return document;
    }
}
