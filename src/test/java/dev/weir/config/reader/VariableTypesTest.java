package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.Bindings;
import dev.weir.binding.Template;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpClientConfig;
import dev.weir.json.Json;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VariableTypesTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("NUM", "100", "LIST", "[1, 2]", "FLAG", "false", "PORT", "8081", "SECONDS", "30");

    private final ComposeConfig config = Configurations.of("""
            controller:
              port: ${env.PORT}
            workflow: {component: c}
            component:
              id: c
              type: http-client
              endpoint: http://localhost/
              method: POST
              timeout: ${env.SECONDS}
              headers:
                X-Number: ${env.NUM}
                X-List: ${env.LIST}
              body:
                number: ${env.NUM}
                quoted: "${env.NUM}"
                list: ${env.LIST}
                flags:
                  - ${env.FLAG}
            """, ENVIRONMENT);

    private @Nullable Object rendered(@Nullable Template template) {
        return template == null ? null : template.render(Bindings.empty().withEnvironment(config.environment()));
    }

    private HttpClientConfig client() {
        return (HttpClientConfig) config.components().get(0);
    }

    @Test
    void aBodyHasTheTypesThatTheVariablesShow() {
        HttpAction action = client().actions().get(0);

        assertThat(Json.write(rendered(action.body())))
                .isEqualTo("{\"number\":100,\"quoted\":\"100\",\"list\":[1,2],\"flags\":[false]}");
    }

    @Test
    void headersAreTexts() {
        HttpAction action = client().actions().get(0);

        assertThat(rendered(action.headers().get("X-Number"))).isEqualTo("100");
        assertThat(rendered(action.headers().get("X-List"))).isEqualTo("[1, 2]");
    }

    @Test
    void settingsAreReadFromTheText() {
        assertThat(client().transport().timeout()).contains(Duration.ofSeconds(30));
    }
}
