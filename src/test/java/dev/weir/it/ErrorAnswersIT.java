package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every error of a request is answered with a problem document, everywhere in the application, and is not logged. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class ErrorAnswersIT {
    private static final Pattern PRODUCT = Pattern.compile(
            "(?i)payara|glassfish|grizzly|wildfly|undertow|jboss|liberty|websphere|jersey|resteasy|exception:|\\bat [a-z]+\\.");

    private static final String JSON = "Content-Type: application/json\r\n";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private String root;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.whole(200, "application/json", "{\"text\":\"answered\"}"));
        Matrix.configure(upstream, "base-paths.yml", text -> text.replace("BASE", "/api"));
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        new WeirClient(base).awaitReady();
        root = URI.create(base.toString()).getRawPath();
    }

    private String answer(String method, String path, String headers) throws IOException {
        return RawHttp.answer(URI.create(base.toString()), method, root + path, headers);
    }

    private void assertProblem(int status, String method, String path, String headers) throws IOException {
        String answer = answer(method, path, headers);
        String what = method + " " + path + " " + headers;
        assertThat(answer).as(what).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.lines())
                .as(what + ": " + answer)
                .anyMatch(line -> line.startsWith("Content-Type: application/problem+json"));
        if (!method.equals("HEAD")) {
            assertThat(answer).as(what).contains("{\"type\":\"urn:weir:problem:", "\"status\":" + status);
        }
    }

    @Test
    void whatNothingIsServedForIsAProblem() throws Exception {
        long before = ServerContainer.running().printed();
        for (String path : List.of(
                "nothing",
                "v1/models",
                "chat/completions",
                "config",
                "favicon.ico",
                "problem",
                "nothing.jsp",
                "nothing.xhtml",
                "a/b/;c=d",
                "api",
                "api/",
                "api/nothing",
                "api/tasks/x",
                "api/workflows/x/schema",
                "apix",
                "API/health")) {
            assertProblem(404, "GET", path, "");
            assertProblem(404, "HEAD", path, "");
        }
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO")) {
            assertProblem(404, method, "nothing", "Content-Length: 0\r\n");
        }
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "FOO")) {
            assertProblem(405, method, "api/health", "Content-Length: 0\r\n");
            assertProblem(405, method, "index.html", "Content-Length: 0\r\n");
        }
        // Open Liberty itself looks up every JSP page, before the application.
        assertThat(ServerContainer.running().complaints(before))
                .allMatch(line -> line.contains("SRVE0190E: File not found: /nothing.jsp"));
    }

    @Test
    void aMalformedHeaderIsAProblemAndNoLineOfTheLog() throws Exception {
        long before = ServerContainer.running().printed();
        List<String> malformed = new ArrayList<>();
        for (String accept : List.of(
                "text/html;q=abc", "garbage", ",,;q=%%", "*/*;q=2", "text/*;q=", "a/b/c", "text/html;charset=\"x")) {
            malformed.add("Accept: " + accept + "\r\n");
        }
        for (String language : List.of(",,;q=%%", "en;q=abc", "*;q=9")) {
            malformed.add("Accept-Language: " + language + "\r\n");
        }
        for (String headers : malformed) {
            assertProblem(400, "GET", "api/health", headers);
            assertProblem(400, "GET", "api/workflows", headers);
            assertProblem(404, "GET", "nothing", headers);
            assertThat(answer("GET", "", headers)).startsWith("HTTP/1.1 200 ");
        }
        for (String type : List.of(
                "garbage",
                "",
                "/",
                "application/",
                "a/b/c",
                "application/json;charset",
                "multipart/form-data; boundary=\"")) {
            String headers = "Content-Type: " + type + "\r\nContent-Length: 2\r\n\r\n{}";
            assertProblem(415, "POST", "api/workflows/runs", headers);
            assertProblem(415, "POST", "api/nothing", headers);
            assertProblem(404, "POST", "nothing", headers);
        }
        assertThat(ServerContainer.running().complaints(before)).isEmpty();
    }

    @Test
    void acceptMattersToNoRun() throws Exception {
        long before = ServerContainer.running().printed();
        for (String accept : List.of(
                "text/html;q=abc", "garbage", ",,;q=%%", "a/b/c", "image/png", "text/html, *; q=.2", "*/*;q=0")) {
            String run = "Accept: " + accept + "\r\n" + JSON;
            assertThat(answer("POST", "api/workflows/runs", run + "Content-Length: 20\r\n\r\n{\"output_only\":true}"))
                    .as(accept)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"other\"");
            assertThat(answer("GET", "api/workflows/runs", "Accept: " + accept + "\r\n"))
                    .as(accept)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"other\"");
        }
        assertThat(ServerContainer.running().complaints(before)).isEmpty();
    }

    @Test
    void bodiesThatAreRefusedAreProblems() throws Exception {
        assertProblem(413, "POST", "api/workflows/runs", JSON + "Content-Length: 2000000\r\n");
        assertProblem(415, "POST", "api/workflows/runs", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
        assertProblem(400, "POST", "api/workflows/runs", JSON + "Content-Length: 2\r\n\r\n{[");
    }

    /** A server answers some of these before the application. No answer names the server or shows a stack trace. */
    @Test
    void noAnswerNamesAProductOrShowsAStack() throws Exception {
        List<String> answers = new ArrayList<>();
        for (String path : List.of(
                "%00",
                "api%2Fhealth",
                "api/%2e%2e/x",
                "\\",
                "a\\b",
                ";",
                "..",
                "../x",
                "%zz",
                "%",
                "a%ff",
                "api/%zz",
                "api/%00",
                "a b",
                "api/\u0095",
                "a".repeat(9_000),
                "WEB-INF/web.xml",
                "META-INF/MANIFEST.MF",
                "api/health;x=1")) {
            answers.add(answer("GET", path, ""));
        }
        for (String headers : List.of(
                "Host: other\r\n",
                "Cookie: a=\u0001\r\n",
                "no colon\r\n",
                "X: " + "a".repeat(70_000) + "\r\n",
                "Expect: zz\r\n",
                "Accept: \u00e9\r\n",
                "Transfer-Encoding: zz\r\n",
                JSON + "Content-Length: abc\r\n",
                JSON + "Content-Length: -1\r\n")) {
            answers.add(answer("POST", "api/workflows/runs", headers));
            answers.add(answer("GET", "nothing", headers));
        }
        answers.add(answer("TRACE", "", ""));
        answers.add(answer("TRACE", "api/health", ""));
        URI server = URI.create(base.toString());
        answers.add(RawHttp.answer(server, "OPTIONS", "*", ""));
        answers.add(RawHttp.answer(server, "GET", "http://other.example" + root + "nothing", ""));
        for (String answer : answers) {
            // Payara shows its name without a version on its pages for paths outside the application.
            assertThat(answer.replaceAll("(?m)^Server: .*", "").replaceAll("Payara Micro( - Error report)?(?=</)", ""))
                    .doesNotContainPattern(PRODUCT);
            assertThat(answer.lines().filter(line -> line.startsWith("Server:")))
                    .as("no version")
                    .allMatch(line -> line.equals("Server: Payara Micro"));
        }
    }
}
