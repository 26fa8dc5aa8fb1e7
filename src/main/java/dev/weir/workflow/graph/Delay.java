package dev.weir.workflow.graph;

import dev.weir.Durations;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.DelayJob;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The wait of a delay job. A cancellation ends it. It holds no thread. */
record Delay(Scope scope, Cancellation cancellation, Timers timers, Clock clock) {
    private static final Duration MOST = Duration.ofDays(366);

    /**
     * Runs {@code then} once, when the wait has ended or the run has been cancelled.
     *
     * @param then runs on any thread and must not block; null means that the wait ended by time
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the job's duration or time is invalid or too long
     */
    void start(DelayJob job, Consumer<@Nullable WeirException> then) {
        Duration wait = job.duration() == null
                ? Duration.between(clock.instant(), time(job))
                : duration(job.duration().render(scope));
        if (wait.compareTo(MOST) > 0) {
            Template asked = job.duration() == null ? job.time() : job.duration();
            throw invalid(
                    "a delay must be at most " + MOST.toDays() + " days",
                    asked == null ? null : asked.render(scope),
                    null);
        }
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Cancellation.Registration timer = timers.after(
                wait.isNegative() ? Duration.ZERO : wait,
                () -> over.complete(true),
                refusal -> over.completeExceptionally(WeirException.shuttingDown(refusal)));
        Cancellation.Registration cancelling =
                cancellation.onCancel(() -> over.completeExceptionally(new CancellationException()));
        CompletionStage<Boolean> end = over;
        end.whenComplete((passed, failure) -> {
            timer.close();
            cancelling.close();
            then.accept(failure == null ? null : WeirException.of(failure));
        });
    }

    private static Duration duration(@Nullable Object value) {
        return Durations.parse(Values.text(value))
                .orElseThrow(() -> invalid("duration must be seconds or such as 500ms, 30s, 2m", value, null));
    }

    private Instant time(DelayJob job) {
        Object value = text(job.time());
        try {
            ZoneId zone = job.timezone() == null ? ZoneOffset.UTC : ZoneId.of(text(job.timezone()));
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    text(job.time()), OffsetDateTime::from, LocalDateTime::from);
            return time instanceof OffsetDateTime absolute
                    ? absolute.toInstant()
                    : ((LocalDateTime) time).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw invalid("time must be such as 2026-01-31T09:30:00 or 2026-01-31T09:30:00+09:00", value, e);
        }
    }

    private String text(@Nullable Template template) {
        return template == null ? "" : Values.text(template.render(scope));
    }

    private static WeirException invalid(String rule, @Nullable Object value, @Nullable Exception cause) {
        return new WeirException(ErrorCode.INVALID_INPUT, rule + ", was " + Values.describe(value), cause);
    }
}
