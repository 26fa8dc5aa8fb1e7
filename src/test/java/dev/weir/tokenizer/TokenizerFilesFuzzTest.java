package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.fuzz.Fuzz;
import dev.weir.fuzz.JsonMutation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random faults in the files of a tokenizer: they are read, or refused as a fault of the model's file. */
@Tag("fuzz")
class TokenizerFilesFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aTokenizersFilesAreReadOrRefused(@TempDir Path folder) throws Exception {
        String config = Files.readString(StoriesModel.FOLDER.resolve("tokenizer_config.json"));
        String tokens = Files.readString(StoriesModel.FOLDER.resolve("special_tokens_map.json"));

        Fuzz.run("tokenizer_config.json", LIMIT, random -> {
            JsonMutation.write(folder.resolve("tokenizer_config.json"), config, random);
            JsonMutation.write(folder.resolve("special_tokens_map.json"), tokens, random);
            try {
                assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder))))
                        .isNotNull();
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
                assertThat(e.detail()).startsWith("the model's file " + folder);
            }
        });
    }
}
