package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.json.Json;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Rendering for each chunk must not allocate. */
class ChunkRenderingTest {
    private static final int CHUNKS = 100_000;

    @Test
    void lookingIntoAChunkAllocatesNothing() {
        Template template = Template.parse("${response[].choices[0].delta.content}");
        Object chunk = Json.parse("{\"choices\":[{\"delta\":{\"content\":\" upon\"}}]}");
        Scope scope = Bindings.empty().withChunk(chunk);
        assertThat(template.render(scope)).isEqualTo(" upon");

        assertThat(bytesPerRendering(template, scope)).isLessThan(8);
    }

    private static long bytesPerRendering(Template template, Scope scope) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < CHUNKS; i++) {
            template.render(scope);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CHUNKS; i++) {
            template.render(scope);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / CHUNKS;
    }
}
