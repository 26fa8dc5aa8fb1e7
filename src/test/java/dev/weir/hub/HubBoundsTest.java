package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.hub.FakeHub.Fault;
import dev.weir.onnx.Weights;
import java.util.Collections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers of a Hub are limited in bytes, count and time. */
@Tag("slow")
class HubBoundsTest extends HubFixture {
    private static final String LIST = "/revision/main";
    private static final String GRAPH = "onnx/model.onnx";

    private void fails(String message) {
        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .isInstanceOf(HubFault.class)
                .hasMessageContaining(message);
    }

    private void times(int count, String path, Fault fault) {
        server.fail(path, Collections.nCopies(count, fault).toArray(Fault[]::new));
    }

    private static Fault text(String text) {
        return new Fault.Body(text);
    }

    @Test
    void aListThatIsTooLongIsRefusedAtOnce() {
        server.fail(LIST, text("[" + "[],".repeat(3_000_000) + "[]]"));

        fails("model org/tiny of the Hub: its list of files is too long (at most 8388608 bytes)");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aListOfTooManyValuesIsRefused() {
        server.fail(LIST, text("[" + "0,".repeat(1_000_000) + "0]"));

        fails("the Hub's answer about model org/tiny cannot be read: ");
    }

    @Test
    void aListThatIsNestedTooDeepIsRefused() {
        server.fail(LIST, text("[".repeat(100_000)));

        fails("the Hub's answer about model org/tiny cannot be read: ");
    }

    @Test
    void aListThatTricklesEnds() {
        waitShortly();
        times(HubRequests.MAX_ATTEMPTS, LIST, new Fault.Trickle(50));

        fails("6 times, at last with: the answer came too slowly (at least 4096 bytes a second)");
    }

    @Test
    void aFileThatTricklesEnds() {
        waitShortly();
        tiny("org/tiny");
        times(HubRequests.MAX_ATTEMPTS, GRAPH, new Fault.Trickle(50));

        fails("downloading " + GRAPH + " failed 6 times, at last with: the answer came too slowly");
    }

    @Test
    void aByteAnAttemptIsNoProgress() {
        tiny("org/tiny");
        times(50, GRAPH, new Fault.Cut(1));

        fails("downloading " + GRAPH + " failed 6 times, at last with: ");
        assertThat(server.downloads(GRAPH)).hasSize(HubRequests.MAX_ATTEMPTS);
    }

    @Test
    void attemptsThatBringSomethingHaveAMost() {
        waitShortly();
        tiny("org/tiny").file(GRAPH, 600_000);
        times(150, GRAPH, new Fault.Cut(3_000));

        fails("downloading " + GRAPH + " is not done after 100 attempts");
        assertThat(server.downloads(GRAPH)).hasSize(HubRequests.MOST_ATTEMPTS);
    }

    @Test
    void onlyWeightsThatTheGraphNamesAreTaken() throws Exception {
        FakeHub.Repository repository = tiny("org/tiny")
                .file(GRAPH, Weights.inInitializers("model.onnx_data_7", "../../secret", "/etc/passwd"));
        for (int i = 0; i < 2_000; i++) {
            repository.file("onnx/model.onnx_data_" + i, "weights " + i);
        }
        hub().fetch(model("org/tiny"), SILENT);

        assertThat(server.requests())
                .extracting(FakeHub.Request::path)
                .filteredOn(path -> path.contains("onnx_data"))
                .allMatch(path -> path.endsWith("onnx/model.onnx_data_7"))
                .isNotEmpty();
    }
}
