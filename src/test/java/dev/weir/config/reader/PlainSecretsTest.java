package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlParser;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainSecretsTest {

    private static Set<String> of(String yaml) {
        return PlainSecrets.of(Objects.requireNonNull(
                new YamlParser(new SourceText(Path.of("model-compose.yml"), yaml), new ProblemList()).parse()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            headers: {Authorization: Bearer sk-123456}        | sk-123456
            headers: {authorization: 'Basic dXNlcjpwdw'}      | dXNlcjpwdw
            headers: {X-API-Key: abcdefg}                     | abcdefg
            body: {user: {password: [hunter22]}}              | hunter22
            model: {token: hf_abcdef}                         | hf_abcdef
            env: {AWS_SECRET_ACCESS_KEY: 123456789}           | 123456789
            headers: {Cookie: 'session=${env.S}; a=b'}        | session=
            """)
    void isWhatStandsUnderATellingName(String yaml, String secret) {
        assertThat(of(yaml)).contains(secret);
    }

    @Test
    void isADefaultThatIsWrittenOut() {
        assertThat(of("params: {key: '${input.k | fallback-key}'}")).containsExactly("fallback-key");
    }

    @Test
    void isTheUserAndThePasswordOfAUrl() {
        assertThat(of("endpoint: see https://admin:hunter22@example.com/x"))
                .containsExactlyInAnyOrder("admin:hunter22", "hunter22");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            output: {token: '${result[]}'}
            params: {max_tokens: 123456, top_k: 1000000}
            headers: {Authorization: 'Bearer ${env.KEY}'}
            stop_token: END
            title: The key to success
            tls: {certificate: ./client.pem, key: ./client.key}
            endpoint: https://example.com/@scope/package
            """)
    void isNothingElse(String yaml) {
        assertThat(of(yaml)).isEmpty();
    }

    @Test
    void isWhatAVariableHoldsWhoseNameSaysSo() {
        assertThat(PlainSecrets.of(Map.of("HF_TOKEN", "hf_abcdef", "PATH", "/usr/bin", "API_KEY", "short")))
                .containsExactly("hf_abcdef");
    }

    @Test
    void isTheUserAndThePasswordOfAProxy() {
        assertThat(PlainSecrets.of(
                        Map.of("https_proxy", "http://proxyuser:hunter22@proxy:3128", "NO_PROXY", "a.example")))
                .containsExactlyInAnyOrder("proxyuser:hunter22", "hunter22");
        assertThat(PlainSecrets.of(Map.of("ALL_PROXY", "proxyuser:hunter22@proxy:3128")))
                .containsExactlyInAnyOrder("proxyuser:hunter22", "hunter22");
    }

    @Test
    void isNoFolderOfAShellAndNoPathOfAFile(@TempDir Path folder) {
        assertThat(PlainSecrets.of(Map.of(
                        "PWD",
                        "/srv/weir/folder",
                        "OLDPWD",
                        "/srv/weir/before",
                        "GOOGLE_APPLICATION_CREDENTIALS",
                        folder.toString(),
                        "DB_PASSWORD_FILE",
                        folder.toString())))
                .isEmpty();
        assertThat(PlainSecrets.of(Map.of("MYSQL_PWD", "hunter22"))).containsExactly("hunter22");
        assertThat(PlainSecrets.of(Map.of("PGPASSWORD", folder.toString()))).containsExactly(folder.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9104",
                "https://api.example.com/v1",
                "http://[::1]:80/",
                "prod",
                "http://h/v1/chat",
                "/"
            })
    void aValueOfSuchAFormIsHarmless(String value) {
        assertThat(HarmlessValue.is(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:pass@h/",
                "https://hooks.slack.com/services/T0/B0/abcdefghijklmnop",
                "https://h/?key=1",
                "hunter22",
                "pass1",
                "/there/is/no/such/path",
                "sk-1",
                "http://h/#a",
                "",
                "http://"
            })
    void anyOtherIsASecret(String value) {
        assertThat(HarmlessValue.is(value)).isFalse();
    }
}
