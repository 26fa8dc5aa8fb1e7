package dev.weir.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptTextsTest {
    @TempDir
    private Path folder;

    @Test
    void allTextsOfTheTableCount() throws IOException {
        Files.writeString(folder.resolve("texts.js"), """
                /** Not 'A text in a comment'. */
                const ENGLISH = {
                  run: 'Run',
                  idle: '',
                  error: "The server's key",
                  count: '{count} keys',
                };
                navigator.languages.find((tag) => tag === 'ko');
                """);

        assertThat(ScriptTexts.of(folder, "texts.js")).containsExactly("Run", "The server's key", "{count} keys");
    }

    @Test
    void sentencesOfOtherScriptsCount() throws IOException {
        Files.writeString(folder.resolve("client.js"), """
                // 'The comment is not a text.'
                const EVENTS = 'text/event-stream';
                throw new Problem({ title: 'The stream ended', detail: `The type was ${type}.` });
                element.className = 'wide open';
                """);
        Files.createDirectory(folder.resolve("vendor"));
        Files.writeString(folder.resolve("vendor/other.js"), "throw new Error('The parser has failed');");

        assertThat(ScriptTexts.of(folder, "texts.js")).containsExactly("The stream ended", "The type was ${type}.");
    }
}
