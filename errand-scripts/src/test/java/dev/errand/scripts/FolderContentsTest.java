package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderContentsTest {
    @TempDir
    Path folder;

    private FolderContents contents;

    @BeforeEach
    void open() {
        contents = new FolderContents(folder);
    }

    private List<LoadedFile> look() throws IOException {
        return contents.refresh(visited -> {});
    }

    private List<Task<?, ?>> tasks() {
        return contents.versions().stream()
                .<Task<?, ?>>flatMap(file -> file.tasks().stream())
                .toList();
    }

    private static String greet(String word) {
        return "@dev.errand.AsTask String greet() { return \"" + word + "\"; }\n";
    }

    @Test
    void aSaveInPlaceWithinTheSameTickOfTheClockIsFound() throws Exception {
        // given two saves that differ neither in size nor in time
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        FileTime saved = FileTime.from(Instant.now());
        Files.setLastModifiedTime(file, saved);
        look();
        Files.writeString(file, greet("two"));
        Files.setLastModifiedTime(file, saved);
        // when
        look();
        // then
        assertThat(Tasks.run(tasks().getFirst(), null)).isEqualTo("two");
    }

    @Test
    void aSaveThatChangesNothingKeepsTheVersion() throws IOException {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        look();
        Task<?, ?> before = tasks().getFirst();
        Path copy = Tasks.write(folder, ".new", greet("one"));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(look()).isEmpty();
        assertThat(tasks()).containsExactly(before);
    }

    @Test
    void aBrokenVersionIsReportedOnceAndTheOldOneStays() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        look();
        Files.writeString(file, "@dev.errand.AsTask String greet() { return 1; }\n");
        assertThat(look()).extracting(LoadedFile::file).containsExactly(file);
        assertThat(look()).isEmpty();
        assertThat(Tasks.run(tasks().getFirst(), null)).isEqualTo("one");
    }

    @Test
    void aScriptThatIsMadeExecutableBecomesATask() throws IOException {
        Path file = Tasks.write(folder, "job.sh", "#!/bin/sh\n");
        assertThat(look())
                .singleElement()
                .satisfies(broken -> assertThat(broken.diagnostics().toString()).contains("chmod +x"));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        assertThat(look()).isEmpty();
        assertThat(tasks()).extracting(Task::id).containsExactly("job");
    }

    @Test
    void filesAndFoldersThatAreGoneAreForgottenAndTheWholeFolderMayReturn() throws IOException {
        Tasks.script(folder, "sub/a.sh", "#!/bin/sh\n");
        Path b = Tasks.script(folder, "b.sh", "#!/bin/sh\n");
        look();
        assertThat(tasks()).hasSize(2);
        Path away = folder.resolveSibling(folder.getFileName() + "-away");
        Files.move(folder, away);
        look();
        assertThat(tasks()).isEmpty();
        Files.move(away, folder);
        Files.delete(b);
        look();
        assertThat(tasks()).extracting(Task::id).containsExactly("a");
    }

    @Test
    void eachFolderIsAnnouncedBeforeItsFilesAreLookedAt() throws IOException {
        Tasks.script(folder, "sub/deep/a.sh", "#!/bin/sh\n");
        Tasks.script(folder, ".git/hooks/b.sh", "#!/bin/sh\n");
        List<Path> visited = new ArrayList<>();
        contents.refresh(visited::add);
        assertThat(visited).containsExactly(folder, folder.resolve("sub"), folder.resolve("sub/deep"));
    }
}
