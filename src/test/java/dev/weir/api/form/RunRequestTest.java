package dev.weir.api.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.files.TemporaryFolder;
import dev.weir.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunRequestTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=b";
    private static final int MAX_BYTES = 1 << 20;
    private static final BodyLimits LIMITS = new BodyLimits(MAX_BYTES, 1000, 300_000, 3);

    @TempDir
    Path temporary;

    private TemporaryFolder folder;
    private Uploads uploads;

    @BeforeEach
    void begin() {
        folder = new TemporaryFolder(temporary);
        uploads = new Uploads(new BodyBudget(MAX_BYTES).share(), folder);
    }

    @AfterEach
    void close() {
        uploads.close();
        folder.close();
    }

    @Test
    void aFormIsARunRequest() {
        RunRequest request = read(
                FORM,
                "workflow_id=chat&output_only=True&wait_for_completion=1&input[prompt]=Hello+%ed%95%9c%21&input%5Ba%5D[b]=c%2Bd"
                        + "&input[list][]=1&input[list][]=&submit=Send&submit=again");
        assertThat(request).isEqualTo(new RunRequest("chat", request.input(), true, true, false));
        assertThat(request.input())
                .isEqualTo(Map.of("prompt", "Hello 한!", "a", Map.of("b", "c+d"), "list", List.of("1", "")));
    }

    @Test
    void aQueryIsARunRequestForTheOutputAlone() {
        assertThat(query(null)).isEqualTo(new RunRequest(null, Map.of(), true, true, true));
        assertThat(query("workflow_id=a+b&input=%7B%22n%22%3A1%7D&output_only=false"))
                .isEqualTo(new RunRequest("a b", Map.of("n", 1), true, false, true));
        assertThat(query("input[prompt]=Hi&_=1").input()).isEqualTo(Map.of("prompt", "Hi"));
        assertThatThrownBy(() -> query("input=Hi")).hasMessageStartingWith("the parameter input is not JSON: ");
        assertThatThrownBy(() -> query("wait_for_completion=false&output_only=false"))
                .hasMessageContaining("needs a POST");
    }

    @Test
    void anEmptyFormAsksForTheDefaultWorkflow() {
        assertThat(read(FORM, "")).isEqualTo(new RunRequest(null, Map.of(), true, false, false));
        assertThat(read(FORM, "&workflow_id=&")).isEqualTo(new RunRequest(null, Map.of(), true, false, false));
        assertThat(read(FORM, "input=text").input()).isEqualTo("text");
        assertThat(read(null, "")).isEqualTo(new RunRequest(null, Map.of(), true, false, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "output_only=maybe|422|output_only must be true or false, was 'maybe' (a text)",
                "input[a=1|400|'input[a' is wrong at character 6",
                "input[a]b=1|400|wrong at character 9",
                "input[a[b]]=1|400|wrong at character 6",
                "input[]=1|400|[] elsewhere",
                "input[a][][b]=1|400|[] elsewhere",
                "input[a]=1&input[a]=2|400|'input[a]' is there twice",
                "input[a]=1&input[a][]=2|400|makes a list of",
                "input[a][b]=1&input[a][]=2|400|makes a list of",
                "input[a]=1&input[a][b]=2|400|makes a mapping of",
                "input=1&input[a]=2|400|a mapping in another",
                "output_only=1&output_only=0|400|'output_only' is there twice",
                "input[a]=100%|400|at byte 12 a %",
                "input[a]=%g1|400|at byte 9 a %",
                "input[a]=%ff|400|at byte 9 is not UTF-8",
            })
    void whatIsWrongWithAFormIsTold(String body, int status, String told) {
        assertRefused(FORM, body, status, told);
    }

    @Test
    void hostileFormsAreBounded() {
        assertRefused(FORM, "input" + "[a]".repeat(17) + "=1", 400, "nested too deeply (at most 16 keys)");
        assertRefused(FORM, "input" + "[a]".repeat(100_000) + "=1", 400, "nested too deeply (at most 16 keys)");
        assertRefused(FORM, "input" + "[".repeat(1_000_000), 400, "wrong at character 6");
        assertRefused(FORM, "input[a][]=1&".repeat(1001), 400, "too many fields (at most 1000)");
        assertThat(read(FORM, "input" + "[a]".repeat(16) + "=1").input()).isInstanceOf(Map.class);
    }

    @Test
    void partsAreTextJsonOrFiles() {
        RunRequest request = read(
                MULTIPART,
                part("name=\"output_only\"", "", "true")
                        + part("name=\"input\"; filename=\"in.json\"", "application/json", "{\"n\":1,\"o\":{\"p\":2}}")
                        + part("name=\"input[text]\"", "text/plain; charset=utf-16be", "\0h\0i")
                        + part("name=\"input[json]\"", "application/json", "[1]")
                        + part("name=\"input[cat]\"; filename=\"cat.png\"", "image/png", "PNG")
                        + part("name=\"input[all][]\"; filename=\"1\"", "a/b", "one")
                        + part("name=\"input[all][]\"; filename=\"2\"", "a/b", "two")
                        + "--b--");
        assertThat(request.outputOnly()).isTrue();
        assertThat(Json.write(request.input()))
                .isEqualTo(
                        "{\"n\":1,\"o\":{\"p\":2},\"text\":\"hi\",\"json\":[1],\"cat\":\"UE5H\","
                                + "\"cat.filename\":\"cat.png\",\"cat.content_type\":\"image/png\",\"all\":[\"b25l\",\"dHdv\"]}");
        assertThat(rendered("${input.cat as image;base64}", request)).isEqualTo("UE5H");
        assertThat(rendered("${input.cat as base64}", request)).isEqualTo("UE5H");
        assertThat(rendered("${input.cat as text}", request)).isEqualTo("PNG");
        assertThat(rendered("${input.cat as file;path}", request)).isEqualTo("PNG".getBytes(UTF_8));
        assertThat(rendered("${input['cat.filename']}", request)).isEqualTo("cat.png");
    }

    @Test
    void whatIsWrongWithAPartIsTold() {
        assertRefused("multipart/form-data", "", 400, "has no boundary");
        assertRefused(MULTIPART, part("name=\"input\"", "application/json", "{") + "--b--", 400, "part 1 of");
        assertRefused(MULTIPART, part("name=\"input\"; filename=x", "a/b", "") + "--b--", 400, "a file needs a key");
        assertRefused(MULTIPART, part("name=\"input[a]\"", "nonsense", "x") + "--b--", 400, "content type");
        assertRefused(MULTIPART, part("name=\"input[a]\"", "text/plain;charset=x-none", "x") + "--b--", 415, "x-none");
        assertRefused(
                MULTIPART,
                part("name=\"input[a]\"", "", "x") + part("name=\"input[a]\"", "", "x") + "--b--",
                400,
                "there twice");
        assertRefused(
                MULTIPART,
                part("name=\"input\"", "application/json", "{\"a\":1}") + part("name=\"input[a]\"", "", "2") + "--b--",
                400,
                "'input[a]' is there twice");
        assertRefused("text/plain", "{}", 415, "text/plain");
        assertRefused("nonsense", "{}", 415, "content type");
    }

    @Test
    void aLargeFileStandsOnDiskUntilTheUploadsAreClosed() throws IOException {
        Set<Path> before = temporaryFiles();
        String large = "x".repeat(Uploads.LARGEST_IN_MEMORY + 1);
        RunRequest request = read(
                MULTIPART,
                part("name=\"input[a][]\"; filename=\"1\"", "a/b", large)
                        + part("name=\"input[b][c]\"; filename=\"2\"", "a/b", large)
                        + part("name=\"input[d]\"; filename=\"3\"", "a/b", large.substring(1))
                        + "--b--");
        Set<Path> kept = temporaryFiles();
        kept.removeAll(before);
        assertThat(kept).hasSize(2).allSatisfy(file -> assertThat(file).hasSize(large.length()));
        assertThat(rendered("${input.a[0] as text}", request)).isEqualTo(large);
        assertThat(rendered("${input.b.c as text}", request)).isEqualTo(large);
        assertThat(rendered("${input.d as text}", request)).isEqualTo(large.substring(1));
        assertThat(((Map<?, ?>) request.input()).keySet())
                .isEqualTo(Set.of("a", "b", "d", "d.filename", "d.content_type"));

        uploads.close();
        uploads.close();
        assertThat(temporaryFiles()).doesNotContainAnyElementsOf(kept);
        assertThatThrownBy(() -> rendered("${input.b.c as text}", request)).hasMessageContaining("the run has ended");
    }

    @Test
    void aFileThatFindsNoRoomOnTheDiskIsRefusedAndLeavesNothing() throws IOException {
        uploads = new Uploads(new BodyBudget(MAX_BYTES / 16).share(), folder);
        assertRefused(
                MULTIPART,
                part("name=\"input[a]\"; filename=\"1\"", "a/b", "x".repeat(MAX_BYTES)),
                503,
                "weir.http.body-memory");
        uploads.close();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void jsonThatIsDeclaredHasToBeThere() {
        assertRefused(
                "application/json", "", 400, "the request body is empty (content type application/json): send {}");
        assertRefused("application/problem+json;x=y", "", 400, "send {}");
        assertThat(read("application/json", "{}").input()).isEqualTo(Map.of());
    }

    @Test
    void aQueryIsDecodedHere() {
        String bytes = new String("input[a]=한&input[b]=%ED%95%9C".getBytes(UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(query(bytes).input()).isEqualTo(Map.of("a", "한", "b", "한"));
        assertThat(query("input[a]=한").input()).isEqualTo(Map.of("a", "한"));
        assertThatThrownBy(() -> query("input[a]=%zz"))
                .hasMessage("the query is malformed: at byte 9 a % is not followed by two hex digits");
        assertThatThrownBy(() -> query("input[a]=\u00e9"))
                .hasMessageContaining("the query's field at byte 9 is not UTF-8");
    }

    @Test
    void theSameIsWrongInAQueryAndInAForm() {
        for (String wrong : List.of(
                "input[a]=%", "input[a]=%4", "input[a]=%zz", "input[%zz]=1", "input[a]=%FF", "input[a]=%ED%95")) {
            String ofForm = assertThatThrownBy(() -> read(FORM, wrong)).actual().getMessage();
            assertThatThrownBy(() -> query(wrong))
                    .isInstanceOfSatisfying(
                            WeirException.class,
                            e -> assertThat(e.code().status()).isEqualTo(400))
                    .hasMessage(ofForm.replace("the form", "the query"));
        }
        String raw = new String("workflow_id=한글&input[키]=값".getBytes(UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(query(raw).workflowId()).isEqualTo("한글");
        assertThat(query(raw).input()).isEqualTo(Map.of("키", "값"));
        String json = new String("input={\"키\":\"값\"}".getBytes(UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(query(json).input()).isEqualTo(Map.of("키", "값"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UTF-8      |
            UTF-8      | utf-8
            UTF-8      | "utf8"
            UTF-16     | utf-16
            UTF-16     |
            UTF-16LE   | utf-16le
            UTF-16BE   | UTF-16BE
            UTF-32     | utf-32
            UTF-32LE   | utf-32le
            EUC-KR     | euc-kr
            ISO-8859-1 | iso-8859-1
            Shift_JIS  | Shift_JIS
            """)
    void jsonIsReadInTheCharsetThatItDeclares(String charset, @Nullable String declared) {
        String text = charset.equals("ISO-8859-1")
                ? "é".repeat(20_000)
                : charset.equals("Shift_JIS") ? "日本" : "한글".repeat(10_000);
        String type = "application/json" + (declared == null ? "" : ";charset=" + declared);
        byte[] body = ("{\"input\":{\"a\":\"" + text + "\"}}").getBytes(Charset.forName(charset));

        assertThat(read(type, body).input()).isEqualTo(Map.of("a", text));
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        for (Charset charset : List.of(UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] body = "\uFEFF{\"input\":{\"a\":1}}".getBytes(charset);
            assertThat(read("application/json", body).input()).isEqualTo(Map.of("a", 1));
            assertThat(read("application/json;charset=" + charset.name(), body).input())
                    .isEqualTo(Map.of("a", 1));
        }
        for (String charset : List.of("UTF-32LE", "UTF-32BE")) {
            byte[] body = "\uFEFF{\"input\":{\"a\":1}}".getBytes(Charset.forName(charset));
            assertThat(read("application/x+JSON", body).input()).isEqualTo(Map.of("a", 1));
        }
        assertRefused("application/json", "{\"input\":\"\"}\uFEFF", 400, "not JSON");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 8_191, 8_192, 8_193, 20_000})
    void thePlaceOfAByteOfNoCharacterIsTold(int place) {
        byte[] body = ("{\"input\":\"" + "x".repeat(30_000) + "\"}").getBytes(UTF_8);
        body[10 + place] = (byte) 0xFF;
        assertThatThrownBy(() -> read("application/json", body))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code().status()).isEqualTo(400))
                .hasMessage("the request body is not UTF-8: byte " + (10 + place) + " is not of a character");
    }

    @Test
    void aCharacterThatIsCutOffAtTheEndIsToldWithItsPlace() {
        byte[] whole = "{\"input\":\"한".getBytes(UTF_8);
        assertThatThrownBy(() -> read("application/json", Arrays.copyOf(whole, whole.length - 1)))
                .hasMessage("the request body is not UTF-8: byte 10 is not of a character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "",
                "/",
                "text/plain",
                "application/json;charset=none-such",
                "application/xml",
                "image/png"
            })
    void aContentTypeThatCannotBeReadIsUnsupported(String type) {
        assertRefused(type, "{}", 415, "");
    }

    @Test
    void aFlagOfAQueryIsTrueFalseOneOrZero() {
        assertThat(new Query(null).flag("output_only", false)).isFalse();
        assertThat(new Query("a=%20&output_only=true").flag("output_only", false))
                .isTrue();
        assertThat(new Query("output%5Fonly=1").flag("output_only", false)).isTrue();
        assertThat(new Query("output_only=False").flag("output_only", true)).isFalse();
        assertThatThrownBy(() -> new Query("output_only=yes").flag("output_only", false))
                .hasMessage("output_only must be true or false, was 'yes' (a text)");
        assertThatThrownBy(() -> new Query("output_only=1&output_only=1").flag("output_only", false))
                .hasMessage("the field 'output_only' is there twice");
        assertThatThrownBy(() -> new Query("b=%").flag("output_only", false)).hasMessageContaining("at byte 2 a %");
    }

    @Test
    void jsonMayHaveSoManyValuesAndSoLongTexts() {
        String json = "application/json";
        assertThat(read(json, "{\"input\":[" + "0,".repeat(900) + "0]}").input())
                .isInstanceOf(List.class);
        assertRefused(
                json,
                "{\"input\":[" + "0,".repeat(1000) + "0]}",
                413,
                "has more than 1000 values (weir.http.max-values");
        assertRefused(json, "{\"input\":[" + "[],".repeat(1000) + "0]}", 413, "values");
        assertRefused(
                json, "{\"input\":\"" + "x".repeat(300_001) + "\"}", 413, "a text of more than 300000 characters");
        assertRefused(json, "{\"" + "x".repeat(300_001) + "\":1}", 413, "weir.http.max-text");
        assertRefused(json, "{\"input\":" + "[".repeat(10_000), 400, "nested too deeply (at most 500 levels)");
        assertRefused(
                MULTIPART, part("name=\"input\"", json, "[" + "0,".repeat(1000) + "0]") + "--b--", 413, "part 1 of");
    }

    @Test
    void thePartsOfAFormShareTheLimitOfValues() {
        String many = "[" + "0,".repeat(600) + "0]";
        String first = part("name=\"input[a]\"", "application/json", many);
        assertThat(read(MULTIPART, first + "--b--").input()).isInstanceOf(Map.class);
        assertRefused(
                MULTIPART,
                first + part("name=\"input[b]\"", "application/json", "{\"c\":" + many + "}") + "--b--",
                413,
                "the form has too many values (at most 1000, weir.http.max-values)");
    }

    @Test
    void aFormMayHaveSoLongTextsAndSoManyFiles() {
        String text = "x".repeat(300_001);
        assertRefused(FORM, "input[a]=" + text, 413, "the field 'input[a]' is too long (at most ");
        assertRefused(MULTIPART, part("name=\"input[a]\"", "", text) + "--b--", 413, "weir.http.max-text");
        assertThatThrownBy(() -> query("input[a]=" + text)).hasMessageContaining("max-text");
        String file = part("name=\"input[a][]\"; filename=\"1\"", "a/b", "x");
        assertThat(read(MULTIPART, file.repeat(3) + "--b--").input()).isNotNull();
        assertRefused(MULTIPART, file.repeat(4) + "--b--", 413, "too many files (at most 3, weir.http.max-files)");
        assertRefused(
                MULTIPART, part("name=\"x\"", "", "y").repeat(1001) + "--b--", 400, "too many fields (at most 1000)");
    }

    private static RunRequest query(String raw) {
        return RunRequest.query(new Query(raw), LIMITS);
    }

    private RunRequest read(String contentType, String body) {
        return read(contentType, body.getBytes(UTF_8));
    }

    private RunRequest read(String contentType, byte[] body) {
        return RunRequest.read(contentType, new ByteArrayInputStream(body), LIMITS, uploads);
    }

    private void assertRefused(String contentType, String body, int status, String told) {
        assertThatThrownBy(() -> read(contentType, body))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code().status()).isEqualTo(status))
                .hasMessageContaining(told);
    }

    private static String part(String disposition, String contentType, String content) {
        String type = contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n";
        return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n" + type + "\r\n" + content + "\r\n";
    }

    private static Object rendered(String template, RunRequest request) {
        return Template.parse(template).render(Bindings.empty().with(Source.INPUT, request.input()));
    }

    private Set<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("upload-"))
                    .collect(Collectors.toSet());
        }
    }
}
