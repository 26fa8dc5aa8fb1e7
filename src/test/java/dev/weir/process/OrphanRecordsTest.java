package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The records of running processes. */
@Timeout(60)
class OrphanRecordsTest {
    @TempDir
    Path folder;

    private OrphanRecords leftovers;

    @BeforeEach
    void begin() {
        leftovers = new OrphanRecords(folder.resolve("records"), Duration.ZERO);
    }

    private List<String> records() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("records"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ProcessTree tree(String tag, ProcessHandle... members) {
        return new ProcessTree(List.of(members), tag);
    }

    @Test
    void aRecordTellsOfTheTreeAsItIsNow() throws Exception {
        OrphanRecords.TreeRecord record = leftovers.begin("tag");
        assertThat(records()).isEmpty();
        record.tell(tree("tag"));
        Path file = folder.resolve("records/tag.tree");
        assertThat(Files.readString(file))
                .startsWith("owner " + ProcessHandle.current().pid() + " ");
        record.tell(tree("tag", ProcessHandle.current()));
        assertThat(Files.readAllLines(file).get(1))
                .startsWith("member " + ProcessHandle.current().pid() + " ");
        assertThat(records()).containsExactly("tag.tree");
        record.delete();
        assertThat(records()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeWrittenLeavesNothingAndIsTriedAgain() throws Exception {
        Path taken = Files.createDirectories(folder.resolve("records/tag.tree/in the way"));
        OrphanRecords.TreeRecord record = leftovers.begin("tag");
        record.tell(tree("tag"));
        assertThat(records()).containsExactly("tag.tree");
        Files.delete(taken);
        Files.delete(taken.getParent());
        record.tell(tree("tag"));
        assertThat(folder.resolve("records/tag.tree")).isRegularFile();
    }

    @Test
    void whoTellsOfATreeThatHasGoneDoesNotBringItsRecordBack() throws Exception {
        OrphanRecords.TreeRecord record = leftovers.begin("tag");
        record.tell(tree("tag"));
        record.delete();
        record.tell(tree("tag", ProcessHandle.current()));
        assertThat(records()).isEmpty();
    }
}
