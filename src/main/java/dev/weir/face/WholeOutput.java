package dev.weir.face;

import dev.weir.api.run.RunAnswer;
import org.jspecify.annotations.Nullable;

/** Makes one whole answer from the chunks of a run, or from its value. One thread at a time uses it. */
public interface WholeOutput extends RunAnswer.Collector {
    /** Takes a whole value in place of chunks. */
    void value(@Nullable Object value);
}
