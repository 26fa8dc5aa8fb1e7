package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonalDataTest {

    private static String redacted(String text) {
        RunFilter filter = Filtering.run(new OutputFilter(
                "pii",
                Action.REDACT,
                Arrays.stream(PersonalData.values())
                        .map(kind -> new OutputFilter.Rule(kind.matcher(), "[" + kind + "]"))
                        .toList()));
        return Filtering.whole(filter, text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            mail kim.min-su+x@mail.example.co.kr now | mail [email] now
            메일은abc@example.com으로                | 메일은[email]으로
            4111 1111 1111 1111                      | [card]
            5500-0000-0000-0004.                     | [card].
            card 378282246310005!                    | card [card]!
            GB82 WEST 1234 5698 7654 32              | [iban]
            DE89370400440532013000                   | [iban]
            900101-1234567                           | [kr-rrn]
            0012312345678                            | [kr-rrn]
            078-05-1120                              | [us-ssn]
            at 192.168.0.12:8080                     | at [ip]:8080
            from 2001:db8::8a2e:370:7334 on          | from [ip] on
            2001:0db8:85a3:0000:0000:8a2e:0370:7334  | [ip]
            call 010-1234-5678                       | call [phone]
            전화01012345678로                        | 전화[phone]로
            02-123-4567                              | [phone]
            +82 10-1234-5678                         | [phone]
            +44 20 7946 0958                         | [phone]
            (555) 123-4567                           | [phone]
            555-123-4567                             | [phone]
            """)
    void isFound(String text, String expected) {
        assertThat(redacted(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            4111 1111 1111 1112
            GB83 WEST 1234 5698 7654 32
            901301-1234567
            900101-9234567
            000-12-3456
            300.1.2.3
            std::vector<int> a::b
            at 12:34:56 on 2026-11-25
            1700000000000
            user@localhost
            pi is 3.14159265358979
            9780306406157
            00:1B:44:11:3A:B7
            """)
    void isNotFoundInWhatOnlyLooksLikeIt(String text) {
        assertThat(redacted(text)).isEqualTo(text);
    }
}
