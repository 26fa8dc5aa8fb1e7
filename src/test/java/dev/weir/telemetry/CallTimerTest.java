package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallTimerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String OF_UPSTREAM = "{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\","
            + "gen_ai_request_model=\"gpt-4o\",server_address=\"api.openai.com\",server_port=\"443\"";

    private final AtomicLong nanos = new AtomicLong(-SECOND);
    private final Instruments instruments = Instruments.on();
    private final CallTimer timer = new CallTimer(instruments, nanos::get);

    private void pass(long seconds) {
        nanos.addAndGet(seconds * SECOND);
    }

    private Map<String, Double> samples() {
        return PrometheusReader.read(PrometheusText.of(instruments.snapshot()));
    }

    private void stream(Operation operation, String error, int prompt, int completion) {
        timer.describe(operation);
        pass(2);
        timer.chunk();
        pass(3);
        timer.chunk();
        pass(3);
        timer.chunk();
        timer.end(error, OptionalInt.of(prompt), OptionalInt.of(completion));
    }

    @Test
    void aStreamOfAnUpstreamHasItsTimesAndTokens() {
        stream(new Operation("chat", "openai", "gpt-4o", "api.openai.com", 443), "", 12, 34);
        assertThat(samples())
                .containsEntry("gen_ai_client_operation_duration_seconds_sum" + OF_UPSTREAM + "}", 8.0)
                .containsEntry("gen_ai_client_operation_time_to_first_chunk_seconds_sum" + OF_UPSTREAM + "}", 2.0)
                .containsEntry("gen_ai_client_operation_time_per_output_chunk_seconds_sum" + OF_UPSTREAM + "}", 3.0)
                .containsEntry("gen_ai_client_token_usage_sum" + OF_UPSTREAM + ",gen_ai_token_type=\"input\"}", 12.0)
                .containsEntry("gen_ai_client_token_usage_sum" + OF_UPSTREAM + ",gen_ai_token_type=\"output\"}", 34.0);
    }

    @Test
    void aStreamOfALocalModelHasTheTimePerToken() {
        stream(Operation.local("chat", "stories"), "cancelled", 12, 4);
        String attributes =
                "{gen_ai_operation_name=\"chat\",gen_ai_request_model=\"stories\",error_type=\"cancelled\"}";
        assertThat(samples())
                .containsEntry("gen_ai_server_request_duration_seconds_sum" + attributes, 8.0)
                .containsEntry("gen_ai_server_time_to_first_token_seconds_sum" + attributes, 2.0)
                .containsEntry("gen_ai_server_time_per_output_token_seconds_sum" + attributes, 2.0);
    }

    @Test
    void onlyTheFirstDescriptionAndTheFirstEndCount() {
        timer.describe(Operation.local("chat", "stories"));
        timer.describe(Operation.local("chat", "other"));
        pass(1);
        timer.end("", OptionalInt.empty(), OptionalInt.empty());
        pass(1);
        timer.end("cancelled", OptionalInt.of(1), OptionalInt.of(1));
        assertThat(instruments.snapshot()).containsOnlyKeys(Instrument.SERVER_DURATION);
        assertThat(samples())
                .containsEntry(
                        "gen_ai_server_request_duration_seconds_sum{gen_ai_operation_name=\"chat\","
                                + "gen_ai_request_model=\"stories\"}",
                        1.0);
    }

    @Test
    void aCallThatIsNoOperationOfAModelLeavesNothing() {
        timer.chunk();
        timer.end("", OptionalInt.of(1), OptionalInt.of(1));
        assertThat(instruments.snapshot()).isEmpty();
    }
}
