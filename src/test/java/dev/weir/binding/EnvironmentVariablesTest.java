package dev.weir.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.json.Json;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static final String ODD = "S3cr3t+Val/ue=With\"Odd\\\\chars&<>é한";

    /** Required and optional escapes, in upper and lower case, and nested notations. */
    static Stream<String> spellings() {
        String base64 = Base64.getEncoder().encodeToString(ODD.getBytes(UTF_8));
        StringBuilder allPercent = new StringBuilder();
        for (byte b : ODD.getBytes(UTF_8)) {
            allPercent.append("%%%02x".formatted(b & 0xFF));
        }
        StringBuilder allUnicode = new StringBuilder();
        ODD.chars().forEach(c -> allUnicode.append("\\u%04X".formatted(c)));
        String url = URLEncoder.encode(ODD, UTF_8);
        String json = Json.write(ODD);
        String inJson = Json.write(json);
        Stream<String> withOthers = Stream.of("", "u", "us", "user:", "a user's:", "user:1")
                .flatMap(user -> Stream.of("", "x", "xy", ":more")
                        .map(more -> Base64.getEncoder().encodeToString((user + ODD + more).getBytes(UTF_8))));
        return Stream.concat(
                withOthers,
                Stream.of(
                        ODD,
                        base64,
                        base64.replace("=", ""),
                        Base64.getUrlEncoder().encodeToString(("user:" + ODD).getBytes(UTF_8)),
                        Base64.getMimeEncoder(12, new byte[] {'\r', '\n'}).encodeToString(ODD.getBytes(UTF_8)),
                        url,
                        url.toLowerCase(Locale.ROOT)
                                .replace("s3cr3t", "S3cr3t")
                                .replace("val", "Val")
                                .replace("with", "With")
                                .replace("odd", "Odd"),
                        allPercent.toString(),
                        allPercent.toString().toUpperCase(Locale.ROOT),
                        URLEncoder.encode(url, UTF_8),
                        json.substring(1, json.length() - 1),
                        json.replace("/", "\\/"),
                        allUnicode.toString(),
                        inJson,
                        Json.write(inJson),
                        Json.write(allUnicode.toString()),
                        URLEncoder.encode(inJson, UTF_8),
                        URLEncoder.encode(base64, UTF_8),
                        Json.write(List.of(Map.of("k", base64)))));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void noEightCharactersOfAnySpellingAreLeft(String spelling) {
        EnvironmentVariables odd =
                EnvironmentVariables.of(Map.of("ODD", ODD), Map.of()).referencedBy(Set.of("ODD"), Set.of());
        String masked = odd.mask("bad key " + spelling + ", sorry");

        assertThat(masked).contains("***").startsWith("bad key ").endsWith(", sorry");
        assertNothingLeft(masked, spelling, spelling.length());
        for (int cut = 0; cut <= spelling.length(); cut++) {
            assertNothingLeft(odd.mask("bad key " + spelling.substring(0, cut) + "… and more"), spelling, cut);
        }
    }

    /** Text outside the secret may remain at both ends: quotes, and other texts in the same base64. */
    private static void assertNothingLeft(String masked, String spelling, int cut) {
        for (int i = 16; i + 8 <= Math.min(cut, spelling.length() - 16); i++) {
            String eight = spelling.substring(i, i + 8);
            if (!eight.matches("[%5C2\\\\\"]*")) {
                assertThat(masked).doesNotContain(eight);
            }
        }
    }

    @Test
    void aMessageWithoutASecretStaysAsItIs() {
        String text = "cannot read C:\\new\\table at 100 % of http://a/b?c=%20d+e, {\"a\": \"b\\n\"} …";
        assertThat(variables.mask(text)).isEqualTo(text);
    }

    @Test
    void aHarmlessValueIsShownUnlessItIsASecretOtherwise() {
        EnvironmentVariables some = EnvironmentVariables.of(Map.of("URL", "http://a:1/v1", "WORD", "hidden"), Map.of());

        assertThat(some.referencedBy(Set.of("URL"), value -> true, Set.of()).mask("http://a:1/v1"))
                .isEqualTo("http://a:1/v1");
        assertThat(some.referencedBy(Set.of("WORD"), value -> true, Set.of("hidden"))
                        .mask("hidden"))
                .isEqualTo("***");
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
    void theTextsInAListOrAMapAreMasked() {
        EnvironmentVariables accounts = EnvironmentVariables.of(
                        Map.of("ACCOUNTS", "[ {\"key\": \"hunter-22\", \"pin\": 123456} ]"), Map.of())
                .referencedBy(Set.of("ACCOUNTS"), Set.of());

        assertThat(accounts.mask("{\"key\":\"hunter-22\",\"pin\":123456}")).isEqualTo("{\"key\":\"***\",\"pin\":***}");
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
