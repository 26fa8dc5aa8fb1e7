package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentVariablesTest {
    private static final String KEY = "sk-proj-" + "0123456789".repeat(15);

    private final EnvironmentVariables variables = EnvironmentVariables.of(
                    Map.of("KEY", KEY, "PASSWORD", "a b/c\"d&e", "CREDENTIALS", "{\"private_key\":\"MIIEvQIBADAN\"}"),
                    Map.of())
            .referencedBy(Set.of("KEY", "PASSWORD", "CREDENTIALS"), Set.of("plain-secret"));

    @Test
    void aSecretIsMaskedHoweverItIsSpelt() {
        assertThat(variables.mask("?p=a+b%2Fc%22d%26e&q=1")).isEqualTo("?p=***&q=1");
        assertThat(variables.mask("{\"p\":\"a b/c\\\"d&e\"}")).isEqualTo("{\"p\":\"***\"}");
        assertThat(variables.mask("/a%20b%2Fc%22d%26e/")).isEqualTo("/***/");
        assertThat(variables.mask("Basic YSBiL2MiZCZl")).isEqualTo("Basic ***");
        assertThat(variables.mask("Bearer " + KEY + "!")).isEqualTo("Bearer ***!");
    }

    @Test
    void theBeginningOfASecretThatWasCutOffIsMasked() {
        for (int length = 4; length < KEY.length(); length++) {
            assertThat(variables.mask("was 'Bearer " + KEY.substring(0, length) + "…' and 'x…'"))
                    .isEqualTo("was 'Bearer ***…' and 'x…'");
        }
    }

    @Test
    void aSecretThatIsWrittenOutIsMaskedToo() {
        assertThat(variables.mask("a plain-secret")).isEqualTo("a ***");
    }

    @Test
    void nothingIsKeptOfVariablesThatNobodyRefersTo() {
        EnvironmentVariables needed = EnvironmentVariables.of(Map.of("A", "aaaa", "B", "bbbb"), Map.of())
                .referencedBy(Set.of("A", "C"), Set.of());

        assertThat(needed.value("A")).isEqualTo("aaaa");
        assertThat(needed.value("B")).isNull();
    }

    @Test
    void theSecretsOfSeveralAreMaskedByTheirUnion() {
        EnvironmentVariables other =
                EnvironmentVariables.of(Map.of("A", "another"), Map.of()).referencedBy(Set.of("A"), Set.of());
        EnvironmentVariables both =
                EnvironmentVariables.none().secretsWith(variables).secretsWith(other);

        assertThat(both.mask(KEY + " another plain-secret")).isEqualTo("*** *** ***");
        assertThat(both.secretsWith(other)).isSameAs(both);
        assertThat(both.value("KEY")).isNull();
    }

    @Test
    void aFailedConversionOfAVariableDoesNotShowIt() {
        Bindings scope = Bindings.empty().withEnvironment(variables);
        assertThatThrownBy(() -> Template.parse("${env.CREDENTIALS as integer}").render(scope))
                .hasMessageContaining("env.CREDENTIALS")
                .hasMessageNotContaining("MIIE");
        assertThatThrownBy(() -> Template.parse("${env.CREDENTIALS < 3}").render(scope))
                .hasMessageContaining("env.CREDENTIALS")
                .hasMessageNotContaining("MIIE");
    }
}
