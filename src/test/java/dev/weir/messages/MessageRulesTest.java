package dev.weir.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.messages.Messages.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    RUN           | what is sent cannot be read            | the subject is no noun
                    RUN           | the file is from {name}, whom you know | a person has no role
                    LOG           | a thread doesn't end                   | a contraction
                    RUN           | the run was canceled                   | American spelling
                    CONFIGURATION | the file is empty.                     | a full stop or an exclamation mark at the end
                    LOG           | the client has gone                    | a private word
                    RUN           | the file is too big                    | another word for a fault that has one
                    CONFIGURATION | it is not closed                       | the subject is a pronoun
                    RUN           | This path is not served                | an upper-case letter at the beginning
                    """)
    void aRuleIsBroken(Kind kind, String line, String rule) {
        assertThat(MessageRules.broken(kind, line)).singleElement().asString().startsWith(rule);
    }

    @Test
    void namesOfValuesAndOfThingsBreakNoRule() {
        assertThat(MessageRules.broken(Kind.RUN, "Content-Length of {who.gone} is not a number: send …"))
                .isEmpty();
        assertThat(MessageRules.broken(Kind.RUN, "this path does not support the method"))
                .isEmpty();
    }

    @Test
    void aCauseMayContinueASentence() {
        assertThat(MessageRules.broken(Kind.CAUSE, "it must be one of {options}"))
                .isEmpty();
    }
}
