package dev.weir.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.service.HttpServerProvider;
import dev.weir.component.shell.ShellProvider;
import dev.weir.config.ActionConfig;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ModelConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.runtime.Settings;
import dev.weir.runtime.TestSettings;
import dev.weir.stream.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessPermissionTest {
    private static final ComposeConfig CONFIG = Configurations.of("""
            workflow: {title: t, component: service}
            components:
              - {id: service, type: http-server, start: [serve], path: /}
              - {id: programs, type: shell, command: [ls]}
              - {id: model, type: model, task: text-generation, model: gpt2, text: '${input.text}'}
            """);

    /** Components of models, without models. */
    private record Models() implements ComponentProvider<ModelConfig>, Component {
        @Override
        public Class<ModelConfig> configuration() {
            return ModelConfig.class;
        }

        @Override
        public Component create(ModelConfig config, EnvironmentVariables environment) {
            return this;
        }

        @Override
        public String id() {
            return "model";
        }

        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return CompletableFuture.completedFuture(new Output.Value("called"));
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource({"service, http-server", "programs, shell"})
    void eachComponentThatStartsProgramsFailsAlone(String id, String type) throws Exception {
        Settings settings = TestSettings.of(Map.of("weir.processes", "false"));
        try (ComponentRegistry components = ComponentRegistry.create(
                CONFIG.components(),
                List.of(new HttpServerProvider(null, settings, null), new ShellProvider(null, settings), new Models()),
                EnvironmentVariables.none())) {
            String message = "a component of type '" + type
                    + "' may not start programs here (weir.processes=false): set weir.processes=true, or remove the component";
            Invocation invocation = new Invocation(ActionConfig.ONLY_ACTION, Bindings.empty(), new Cancellation());

            assertThat(components.get(id).readiness()).isEqualTo(new Readiness.Failed(message));
            assertThatThrownBy(() -> Given.by(components.get(id).call(invocation)))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                    .hasMessage(message);
            assertThat(Given.by(components.get("model").call(invocation))).isEqualTo(new Output.Value("called"));
        }
    }
}
