package dev.weir.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessEnvironmentTest {
    private static final Map<String, String> SERVER = Map.of(
            "PATH", "/bin",
            "HOME", "/home/weir",
            "LC_ALL", "C",
            "OPENAI_API_KEY", "sk-1",
            "HF_HOME", "/models",
            "HF_TOKEN", "hf_1",
            "CUDA_A", "1",
            "CUDA_B", "2");

    private static Map<String, String> seen(Map<String, String> own, String... inherited) {
        return ProcessEnvironment.of(List.of(inherited), own, SERVER);
    }

    @Test
    void aServiceSeesWhatEveryProgramNeedsAndNoKeys() {
        assertThat(seen(Map.of())).isEqualTo(Map.of("PATH", "/bin", "HOME", "/home/weir", "LC_ALL", "C"));
    }

    @Test
    void itsOwnVariablesComeOnTop() {
        assertThat(seen(Map.of("PATH", "/opt", "A", "b")))
                .isEqualTo(Map.of("PATH", "/opt", "HOME", "/home/weir", "LC_ALL", "C", "A", "b"));
    }

    @Test
    void namesAreInheritedWholeOrByTheirBeginning() {
        assertThat(seen(Map.of(), "HF_HOME", "CUDA_*", "NONE"))
                .containsOnlyKeys("PATH", "HOME", "LC_ALL", "HF_HOME", "CUDA_A", "CUDA_B");
    }

    @Test
    void everythingIsInheritedWhereThatIsAskedFor() {
        assertThat(seen(Map.of(), "*")).isEqualTo(SERVER);
    }
}
