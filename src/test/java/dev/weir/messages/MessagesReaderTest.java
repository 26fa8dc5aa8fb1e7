package dev.weir.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.messages.Messages.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagesReaderTest {
    @TempDir
    private Path folder;

    private Messages messages;

    @BeforeEach
    void readASample() throws IOException {
        Files.writeString(folder.resolve("Sample.java"), """
                final class Sample {
                    private static final System.Logger LOG = System.getLogger("sample");
                    private static final String LIMIT = "at most 3 (weir.sample)";
                    private static final int MOST = 3;

                    void sum(String name, boolean many) {
                        throw new WeirException(CODE, "sample '" + name + "' has " + (many ? "many" : "few") + " parts");
                    }

                    void constants(Part part) {
                        throw new WeirException(CODE, "parts are " + LIMIT + " of " + MOST + ", was " + part.size());
                    }

                    void follows(String file) {
                        throw unreadable(file, "its end is missing");
                    }

                    private WeirException unreadable(String file, String reason) {
                        return new WeirException(CODE, "sample " + file + " cannot be read: " + reason);
                    }

                    void variable(boolean early) {
                        String when = early ? "before the sample began, which is too early to be read" : "after the sample ended and was forgotten";
                        throw new IllegalStateException("a part came " + when);
                    }

                    void builds(Part part) {
                        throw new WeirException(CODE, described(part) + ": send fewer");
                    }

                    private static String described(Part part) {
                        return "parts are too many, %s of %d".formatted(part.name(), part.count());
                    }

                    void remedy(Place place) {
                        problem(place, "the sample is empty", "write a part");
                        problem(place, "the sample is full", "");
                    }

                    private void problem(Place place, String message, String remedy) {
                        problems.add(new Problem(place, "", message, remedy));
                    }

                    void logs(Exception e, int parts) {
                        LOG.log(Level.INFO, "sample''s {0} parts: {1}", parts, e.getMessage());
                        LOG.log(Level.INFO, "sample's {0}", e);
                    }

                    String other() {
                        return "a text that nothing throws";
                    }

                    @SuppressWarnings("an annotation is no message")
                    void annotated() {}
                }
                """);
        messages = new Messages(Sources.of(folder), Set.of());
    }

    @Test
    void aSumHasItsValuesByNameAndItsShortOptions() {
        assertThat(messages.of(Kind.RUN)).contains("sample '{name}' has {many|few} parts");
    }

    @Test
    void aConstantTextIsAPartOfTheMessage() {
        assertThat(messages.of(Kind.RUN)).contains("parts are at most 3 (weir.sample) of {MOST}, was {part.size}");
    }

    @Test
    void aMethodThatMakesTheFailureIsFollowedToItsCalls() {
        assertThat(messages.of(Kind.RUN))
                .contains("sample {file} cannot be read: its end is missing")
                .doesNotContain("sample {file} cannot be read: {reason}");
    }

    @Test
    void aVariableWithLongOptionsMakesALineOfEach() {
        assertThat(messages.of(Kind.CAUSE))
                .containsExactly(
                        "a part came after the sample ended and was forgotten",
                        "a part came before the sample began, which is too early to be read");
    }

    @Test
    void aMethodThatBuildsATextIsReadWithItsFormat() {
        assertThat(messages.of(Kind.RUN)).contains("parts are too many, {part.name} of {part.count}: send fewer");
    }

    @Test
    void aProblemStandsWithItsRemedy() {
        assertThat(messages.of(Kind.CONFIGURATION))
                .containsExactly("the sample is empty; write a part", "the sample is full");
    }

    @Test
    void aLogLineHasItsValues() {
        assertThat(messages.of(Kind.LOG)).containsExactly("sample's {e}", "sample's {parts} parts: {e.getMessage}");
    }

    @Test
    void aTextThatReachesNoMessageIsStillListed() {
        assertThat(messages.of(Kind.OTHER)).containsExactly("a text that nothing throws");
    }
}
