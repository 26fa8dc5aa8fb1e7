package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSettingsTest {
    @TempDir
    private Path home;

    @Test
    void withoutVariablesEverythingIsWherePythonHasIt() throws Exception {
        HubSettings settings = HubSettings.of(Map.of(), home);

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(settings.token()).isEmpty();
        assertThat(settings.offline()).isFalse();
    }

    @Test
    void theCacheIsTheFirstOfItsVariables() {
        assertThat(cache(Map.of("HF_HUB_CACHE", "/a", "HUGGINGFACE_HUB_CACHE", "/b", "HF_HOME", "/c")))
                .isEqualTo(Path.of("/a"));
        assertThat(cache(Map.of("HUGGINGFACE_HUB_CACHE", "/b", "HF_HOME", "/c")))
                .isEqualTo(Path.of("/b"));
        assertThat(cache(Map.of("HF_HOME", "/c", "XDG_CACHE_HOME", "/d"))).isEqualTo(Path.of("/c/hub"));
        assertThat(cache(Map.of("XDG_CACHE_HOME", "/d"))).isEqualTo(Path.of("/d/huggingface/hub"));
        assertThat(cache(Map.of("HF_HOME", "~/h", "HF_HUB_CACHE", " "))).isEqualTo(home.resolve("h/hub"));
    }

    private Path cache(Map<String, String> environment) {
        return HubSettings.of(environment, home).cache();
    }

    @Test
    void theTokenIsOfTheVariableOrOfTheFile() throws Exception {
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file\n");
        Files.writeString(home.resolve("other"), "hf_other");

        assertThat(HubSettings.of(Map.of(), home).token()).contains("hf_file");
        assertThat(HubSettings.of(Map.of("HF_TOKEN_PATH", home.resolve("other").toString()), home)
                        .token())
                .contains("hf_other");
        assertThat(HubSettings.of(Map.of("HF_TOKEN", " hf_variable "), home).token())
                .contains("hf_variable");
        assertThat(HubSettings.of(Map.of("HF_TOKEN", "hf_variable"), home).toString())
                .doesNotContain("hf_variable");
    }

    @Test
    void offlineIsSaidInManyWays() {
        for (String yes : new String[] {"1", "ON", "yes", "TRUE"}) {
            assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", yes), home).offline())
                    .isTrue();
        }
        assertThat(HubSettings.of(Map.of("TRANSFORMERS_OFFLINE", "1"), home).offline())
                .isTrue();
        assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", "0"), home).offline())
                .isFalse();
    }

    @Test
    void anEndpointThatIsNoUrlIsRefused() {
        assertThat(HubSettings.of(Map.of("HF_ENDPOINT", "https://mirror.test/"), home)
                        .endpoint())
                .isEqualTo(URI.create("https://mirror.test"));
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "mirror.test"), home))
                .hasMessage("HF_ENDPOINT must be a URL such as https://host, was 'mirror.test'");
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "ftp://me:hunter2@mirror.test"), home))
                .hasMessage("HF_ENDPOINT must be a URL such as https://host, was 'ftp://mirror.test'");
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "https://me:hunter2@mirror.test"), home))
                .hasMessageStartingWith("HF_ENDPOINT must hold no user")
                .hasMessageNotContaining("hunter2");
    }
}
