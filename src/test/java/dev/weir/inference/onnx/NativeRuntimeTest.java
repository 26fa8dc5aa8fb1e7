package dev.weir.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a separate JVM: the hook is registered once in each JVM, and other tests still use the runtime. */
@Tag("slow")
class NativeRuntimeTest {
    private static final String OPENED = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    @Test
    void itsShutdownHookIsTakenBack() throws Exception {
        assertThat(run(OPENED)).matches("one of \\d+ is gone: true");
    }

    @Test
    void withoutAccessToTheHooksItStays() throws Exception {
        assertThat(run("-Dlooks=no")).isEqualTo("released");
    }

    private static String run(String option) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        new File(System.getProperty("java.home"), "bin/java").getPath(),
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HookCount.class.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** The program of that JVM: begins and ends the use of ONNX Runtime. */
    static final class HookCount {
        public static void main(String[] arguments) throws Exception {
            ai.onnxruntime.OrtEnvironment.getEnvironment();
            if (System.getProperty("looks") != null) {
                NativeRuntime.release();
                System.out.println("released");
                return;
            }
            int before = NativeRuntime.hooks().size();
            NativeRuntime.release();
            System.out.println(
                    "one of " + before + " is gone: " + (NativeRuntime.hooks().size() == before - 1));
        }
    }
}
