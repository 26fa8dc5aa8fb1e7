package dev.weir.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Durations;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Condition;
import dev.weir.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random spellings of numbers in every conversion: each is converted or refused as input, in a short time. */
@Tag("fuzz")
class NumbersFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final List<String> EXPONENTS = List.of("e", "E", "e+", "e-", "E-", "e+-", "ee", "p");
    private static final List<String> SIGNS =
            List.of("", "", "", "-", "+", "--", "−", " ", "0x", "0o", "0b", "0x-", "$");
    private static final List<String> ENDS =
            List.of("", "", "", "%", " ", "f", "d", "L", "s", "ms", "h", "_", "\n", "\0");

    @Test
    void anySpellingOfANumberIsConvertedOrRefused() {
        Fuzz.run("numbers", LIMIT, random -> {
            String text = spelling(random);
            NumbersTest.goesEveryWay(text);
            compare(text, spelling(random));
            Durations.parse(text);
            json(text);
            if (Scalars.resolve(text) instanceof Number number) {
                NumbersTest.goesEveryWay(number);
                compare(number, Scalars.resolve(spelling(random)));
                assertThat(Numbers.compare(number, number)).isZero();
            }
        });
    }

    private static void json(String text) {
        try {
            Object value =
                    Json.parse(("{\"a\":[" + text + "]}").getBytes(StandardCharsets.UTF_8), new JsonLimits(9, 9));
            NumbersTest.goesEveryWay(value);
            NumbersTest.goesEveryWay(Json.parse(Json.write(value)));
        } catch (WeirException e) {
            assertThat(e.code()).isIn(ErrorCode.MALFORMED_REQUEST, ErrorCode.INVALID_INPUT, ErrorCode.BODY_TOO_LARGE);
        }
    }

    private static void compare(@Nullable Object left, @Nullable Object right) {
        for (Condition.Operator operator : Condition.Operator.values()) {
            try {
                operator.test(left, right);
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            }
        }
    }

    static String spelling(Random random) {
        StringBuilder text = new StringBuilder(pick(random, SIGNS));
        digits(random, text);
        if (random.nextInt(3) == 0) {
            text.append('.');
            digits(random, text);
        }
        if (random.nextInt(2) == 0) {
            text.append(pick(random, EXPONENTS));
            text.append(random.nextBoolean() ? Long.toString(random.nextLong() >>> random.nextInt(64)) : "");
        }
        text.append(pick(random, ENDS));
        if (random.nextInt(8) == 0) {
            text.insert(random.nextInt(text.length() + 1), (char) random.nextInt(0x3000));
        }
        return text.toString();
    }

    private static void digits(Random random, StringBuilder text) {
        int most = List.of(1, 3, 12, 40, 1200, 20_000).get(random.nextInt(6));
        int count = random.nextInt(most + 1);
        String alphabet =
                List.of("0", "9", "0123456789", "0123456789abcdef", "01234567").get(random.nextInt(5));
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
    }

    private static String pick(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
