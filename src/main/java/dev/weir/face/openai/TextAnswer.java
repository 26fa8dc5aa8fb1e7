package dev.weir.face.openai;

import dev.weir.face.ModelForm;
import dev.weir.stream.Summary;
import dev.weir.workflow.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members that all chunks of an answer share.
 *
 * @param wish the request's wishes
 */
record TextAnswer(Wish wish, String id, long created, Summary summary) {
    /**
     * The wishes of a request.
     *
     * @param model the id that the client has sent
     * @param prompts the number of prompts
     * @param count the number of choices for each prompt
     */
    record Wish(TextShape shape, String model, boolean streams, boolean includesUsage, int prompts, int count) {
        int choices() {
            return prompts * count;
        }

        /**
         * The form of the answer.
         *
         * @param body the body of the request
         */
        ModelForm form(Map<String, @Nullable Object> body) {
            return new ModelForm(
                    streams,
                    body,
                    run -> new TextChunks(TextAnswer.of(this, run)),
                    run -> new WholeText(TextAnswer.of(this, run)));
        }
    }

    static TextAnswer of(Wish wish, Run run) {
        return new TextAnswer(wish, wish.shape().idPrefix() + run.taskId(), run.admittedSeconds(), run.summary());
    }

    TextShape shape() {
        return wish.shape();
    }

    /** The first members of a whole answer or of a chunk. */
    Map<String, @Nullable Object> head(String object) {
        Map<String, @Nullable Object> head = new LinkedHashMap<>();
        head.put("id", id);
        head.put("object", object);
        head.put("created", created);
        head.put("model", wish.model());
        return head;
    }

    /** The counts of tokens; unknown ones are 0. */
    Map<String, Object> usage() {
        return usage(
                summary.promptTokens().orElse(0), summary.completionTokens().orElse(0));
    }

    private static Map<String, Object> usage(int prompt, int completion) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", prompt + completion);
        return usage;
    }
}
