package dev.weir.inference.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.fuzz.Fuzz;
import dev.weir.fuzz.JsonMutation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random faults in a model's configuration: it is read, or refused. */
@Tag("fuzz")
class ModelFileConfigFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aModelsConfigurationIsReadOrRefused(@TempDir Path folder) throws Exception {
        String config = Files.readString(StoriesModel.FOLDER.resolve("config.json"));
        String generation = Files.readString(StoriesModel.FOLDER.resolve("generation_config.json"))
                .replaceFirst(
                        "\\{", "{\"repetition_penalty\": 1.1, \"suppress_tokens\": [1], \"bad_words_ids\": [[1]],");

        Fuzz.run("config.json", LIMIT, random -> {
            JsonMutation.write(folder.resolve("config.json"), config, random);
            JsonMutation.write(folder.resolve("generation_config.json"), generation, random);
            try {
                assertThat(ModelFileConfig.read(new ModelFolder(folder))).isNotNull();
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
            }
        });
    }
}
