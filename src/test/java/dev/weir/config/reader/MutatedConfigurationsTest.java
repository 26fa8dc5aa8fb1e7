package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration with any typing error loads, or is refused with places. It never breaks the reader. */
@Tag("slow")
@Timeout(60)
class MutatedConfigurationsTest {
    private static final int MUTATIONS = 150;
    private static final List<String> INSERTED = List.of(
            "\n",
            " ",
            "  ",
            ":",
            ": ",
            "- ",
            "'",
            "\"",
            "{",
            "}",
            "[",
            "]",
            "${",
            "}",
            "${input.x",
            "&a ",
            "*a",
            "#",
            "|",
            ">",
            "!!str ",
            "null",
            "~",
            "[]",
            "{}",
            "1",
            "\t",
            "<<: ",
            "한",
            "🎉",
            "\u0000",
            "%",
            "@",
            "type",
            "id: x\n");

    @TempDir
    Path folder;

    @Test
    void everyMutationIsLoadedOrRefusedWithPlaces() throws IOException {
        Random random = new Random(7);
        Path file = folder.resolve("model-compose.yml");
        for (String block : ChapterTest.blocks()) {
            String text = ChapterTest.framed(block);
            for (int i = 0; i < MUTATIONS; i++) {
                Files.writeString(file, mutated(text, random));
                LoadResult result = ConfigReader.read(List.of(file), Map.of());
                if (result instanceof LoadResult.Rejected rejected) {
                    int lines = Files.readString(file).split("\n", -1).length;
                    assertThat(rejected.problems()).isNotEmpty().allSatisfy(problem -> {
                        assertThat(problem.location().line()).isBetween(1, lines + 1);
                        assertThat(problem.location().column()).isPositive();
                        assertThat(problem.message()).isNotBlank();
                    });
                }
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(4)) {
                case 0 -> mutated.deleteCharAt(at);
                case 1 -> mutated.delete(at, Math.min(mutated.length() - 1, at + random.nextInt(20)));
                case 2 -> mutated.insert(at, INSERTED.get(random.nextInt(INSERTED.size())));
                default -> mutated.insert(at, text, 0, random.nextInt(Math.min(60, text.length())));
            }
        }
        return mutated.toString();
    }
}
