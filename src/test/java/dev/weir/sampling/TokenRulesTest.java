package dev.weir.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenRulesTest {
    private static final TokenRules NONE = TokenRules.ending(Set.of());
    private static final float[] RISING = {1, 2, 3, 4, 5};

    @Test
    void theFirstTokenIsTheForcedOne() {
        TokenRules rules = new TokenRules(Set.of(), OptionalInt.of(1), Set.of(), List.of(), Set.of(), Set.of());

        assertThat(chosen(rules, 9, 3)).containsExactly(1, 4, 4);
    }

    @Test
    void theLastTokenOfTheMostIsTheForcedOne() {
        TokenRules rules = new TokenRules(Set.of(0), OptionalInt.empty(), Set.of(0), List.of(), Set.of(), Set.of());

        assertThat(chosen(rules, 3, 3)).containsExactly(4, 4, 0);
    }

    @Test
    void suppressedTokensNeverComeOrNotAtTheBeginning() {
        TokenRules rules = new TokenRules(Set.of(), OptionalInt.empty(), Set.of(), List.of(), Set.of(4), Set.of(3));

        assertThat(chosen(rules, 9, 3)).containsExactly(2, 3, 3);
    }

    @Test
    void afterAForcedBeginTheSecondTokenIsTheBeginning() {
        TokenRules rules = new TokenRules(Set.of(), OptionalInt.of(1), Set.of(), List.of(), Set.of(), Set.of(4));

        assertThat(chosen(rules, 9, 3)).containsExactly(1, 3, 4);
    }

    @Test
    void aBadWordIsBrokenOffBeforeItsLastToken() {
        TokenRules rules = new TokenRules(
                Set.of(), OptionalInt.empty(), Set.of(), List.of(List.of(4, 4), List.of(3)), Set.of(), Set.of());

        assertThat(chosen(rules, 9, 4)).containsExactly(4, 2, 4, 2);
    }

    @Test
    void aBadWordMayBeginInThePrompt() {
        TokenRules rules =
                new TokenRules(Set.of(), OptionalInt.empty(), Set.of(), List.of(List.of(7, 4)), Set.of(), Set.of());
        Sampler sampler = new Sampler(SamplingParameters.greedy(), rules, new int[] {7}, 9);

        assertThat(sampler.next(RISING.clone())).isEqualTo(3);
    }

    @Test
    void tokensBeyondTheVocabularyAreNoneOfAModelsBusiness() {
        TokenRules rules =
                new TokenRules(Set.of(), OptionalInt.empty(), Set.of(), List.of(List.of(99)), Set.of(98), Set.of(97));

        assertThat(chosen(rules, 9, 1)).containsExactly(4);
    }

    @Test
    void theMinimumHoldsOffEveryEndToken() {
        Sampler sampler = new Sampler(
                SamplingParameters.greedy().withMinNewTokens(1), NONE.withEndTokens(Set.of(3, 4)), new int[0], 9);

        assertThat(sampler.next(RISING.clone())).isEqualTo(2);
        assertThat(sampler.next(RISING.clone())).isEqualTo(4);
    }

    private static int[] chosen(TokenRules rules, int most, int count) {
        Sampler sampler = new Sampler(SamplingParameters.greedy(), rules, new int[] {6}, most);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = sampler.next(RISING.clone());
        }
        return chosen;
    }
}
