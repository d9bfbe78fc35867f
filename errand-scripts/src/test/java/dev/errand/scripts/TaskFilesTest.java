package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.scripts.TaskPathException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFilesTest {
    private static final String GREET = "import dev.errand.*;\n@AsTask String greet(String who) { return who; }\n";

    @TempDir
    Path folder;

    @AfterEach
    void removeDefaultFolder() throws IOException {
        Files.deleteIfExists(TaskFiles.DEFAULT_FOLDER.resolve("sub").resolve("c.sh"));
        Files.deleteIfExists(TaskFiles.DEFAULT_FOLDER.resolve("sub"));
        Files.deleteIfExists(TaskFiles.DEFAULT_FOLDER.resolve("a.sh"));
        Files.deleteIfExists(TaskFiles.DEFAULT_FOLDER.resolve("B.java"));
        Files.deleteIfExists(TaskFiles.DEFAULT_FOLDER);
    }

    // case 45: a relative path is loaded and runs
    @Test
    void aFileIsLoadedByARelativePath() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path file = here.relativize(Tasks.script(folder, "hello.sh", "#!/bin/sh\necho hello\n"));
        assertThat(file).isRelative();
        assertThat(Tasks.run(Tasks.only(file), null)).isEqualTo(new Json("\"hello\""));
    }

    // case 45: a missing path, a folder and a wildcard give three different errors
    @Test
    void aMissingPathAFolderAndAWildcardAreThreeErrors() throws IOException {
        // given
        Tasks.write(folder, "Greet.java", GREET);
        // then
        assertProblem(folder.resolve("Gret.java"), Problem.MISSING)
                .hasMessage("There is no task file %s/Gret.java; did you mean %<s/Greet.java?".formatted(folder));
        assertProblem(folder, Problem.FOLDER)
                .hasMessage(folder + " is a folder, not a task file; name a file in it, or load the folder as a whole");
        assertProblem(folder.resolve("*.java"), Problem.WILDCARD)
                .hasMessage("%s/*.java is a wildcard; name one task file, or load the folder %<s as a whole"
                        .formatted(folder));
    }

    @Test
    void aMissingFileIsComparedWithWhatIsThere() throws IOException {
        Tasks.write(folder, "Greet.java", GREET);
        Tasks.write(folder, "wordcount.sh", "");
        assertProblem(folder.resolve("wordcount.py"), Problem.MISSING)
                .hasMessageContaining("did you mean " + folder + "/wordcount.sh?");
        assertProblem(folder.resolve("greet.java"), Problem.MISSING)
                .hasMessageContaining("did you mean " + folder + "/Greet.java?");
        assertProblem(folder.resolve("word.sh"), Problem.MISSING)
                .hasMessageContaining("did you mean " + folder + "/wordcount.sh?");
        assertProblem(folder.resolve("something-else"), Problem.MISSING).hasMessageEndingWith("something-else");
        assertProblem(folder.resolve("no/Greet.java"), Problem.MISSING)
                .hasMessageEndingWith(": there is no folder " + folder + "/no");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertProblem(Path path, Problem problem) {
        return assertThatThrownBy(() -> TaskFiles.load(path)).isInstanceOfSatisfying(TaskPathException.class, e -> {
            assertThat(e.problem()).isEqualTo(problem);
            assertThat(e.path()).isEqualTo(path);
        });
    }

    // case 46: the folder "tasks" with files a, b and sub/c gives three tasks
    @Test
    void theDefaultFolderIsLoadedWithItsSubfolders() throws IOException {
        // given
        Tasks.script(TaskFiles.DEFAULT_FOLDER, "a.sh", "#!/bin/sh\n");
        Tasks.write(TaskFiles.DEFAULT_FOLDER, "B.java", "@dev.errand.AsTask void b() {}\n");
        Tasks.script(TaskFiles.DEFAULT_FOLDER, "sub/c.sh", "#!/bin/sh\n");
        // when
        TaskFiles files = TaskFiles.folder();
        // then
        assertThat(files.diagnostics()).isEmpty();
        assertThat(ids(files)).containsExactly("b", "a", "c");
        assertThat(files.tasks())
                .extracting(Task::source)
                .containsExactly("tasks/B.java", "tasks/a.sh", "tasks/sub/c.sh");
    }

    // case 46: a missing folder fails naming it
    @Test
    void aMissingFolderIsNamed() throws IOException {
        assertThatThrownBy(TaskFiles::folder)
                .isInstanceOf(TaskPathException.class)
                .hasMessageContaining("There is no folder tasks");
        Path file = Tasks.write(folder, "Greet.java", GREET);
        assertThatThrownBy(() -> TaskFiles.folder(file)).hasMessage(file + " is a file, not a folder of task files");
        Files.createDirectories(folder.resolve("tasks"));
        assertThatThrownBy(() -> TaskFiles.folder(folder.resolve("task")))
                .hasMessageEndingWith("did you mean " + folder + "/tasks?");
    }

    @Test
    void aBrokenFileIsReportedAndTheOthersAreLoaded() throws IOException {
        Path broken = Tasks.write(folder, "Broken.java", "@dev.errand.AsTask int broken() { return \"\"; }\n");
        Tasks.write(folder, "Greet.java", GREET);
        TaskFiles files = TaskFiles.folder(folder);
        assertThat(ids(files)).containsExactly("greet");
        assertThat(Tasks.reasons(files))
                .containsExactly(broken + ":1:42 incompatible types: String cannot be converted to int");
    }

    @Test
    void filesThatAreNoTasksAreIgnored() throws IOException {
        Tasks.write(folder, "README.md", "# Tasks\nerrand: not a header\n");
        Tasks.write(folder, "data.csv", "a,b\n1,2\n");
        Tasks.write(folder, "empty", "");
        Files.write(folder.resolve("picture.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 1});
        Tasks.script(folder, ".hidden.sh", "#!/bin/sh\n");
        Tasks.script(folder, ".git/hook.sh", "#!/bin/sh\n");
        Tasks.script(folder, "job.sh~", "#!/bin/sh\n");
        Tasks.write(folder, ".Greet.java.swp", "");
        Tasks.write(folder, "#Greet.java#", "");
        TaskFiles files = TaskFiles.folder(folder);
        assertThat(files.tasks()).isEmpty();
        assertThat(files.diagnostics()).isEmpty();
    }

    @Test
    void aScriptWithoutTheExecuteBitIsPointedOut() throws IOException {
        Path byShebang = Tasks.write(folder, "a.sh", "#!/bin/sh\necho\n");
        Path byHeader = Tasks.write(folder, "b.lua", "-- errand: attempts=2\nprint(1)\n");
        assertThat(Tasks.reasons(TaskFiles.folder(folder)))
                .containsExactly(
                        "%s looks like a script but cannot be executed; to make it a task: chmod +x %<s"
                                .formatted(byShebang),
                        "%s looks like a script but cannot be executed; to make it a task: chmod +x %<s"
                                .formatted(byHeader));
    }

    @Test
    void aFileThatIsNoTaskIsRefusedWhenItIsAskedFor() throws IOException {
        Path file = Tasks.write(folder, "data.csv", "a,b\n");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .containsExactly("%s is no task file: neither a .java source nor executable. For a script: chmod +x %<s"
                        .formatted(file));
    }

    @Test
    void twoFilesWithTheSameTaskAreReportedWithBothNames() throws IOException {
        Path first = Tasks.write(folder, "Greet.java", GREET);
        Path second = Tasks.script(folder, "other/GREET.sh", "#!/bin/sh\n");
        Path third = Tasks.script(folder, "third.sh", "#!/bin/sh\n# errand: aliases=greet\n");
        TaskFiles files = TaskFiles.folder(folder);
        assertThat(files.tasks()).extracting(Task::source).containsExactly(first.toString());
        assertThat(Tasks.reasons(files))
                .containsExactly(
                        second + " declares the task 'GREET', which " + first
                                + " declares already; ids and aliases are unique ignoring case",
                        third + " declares the task 'greet', which " + first
                                + " declares already; ids and aliases are unique ignoring case");
    }

    @Test
    void linksToFilesAreFollowed() throws IOException {
        Path real = Tasks.script(folder, "elsewhere/job.sh", "#!/bin/sh\n");
        Path tasks = Files.createDirectories(folder.resolve("linked"));
        Files.createSymbolicLink(tasks.resolve("linked.sh"), real);
        Files.createSymbolicLink(tasks.resolve("dangling.sh"), folder.resolve("nowhere"));
        assertThat(ids(TaskFiles.folder(tasks))).containsExactly("linked");
    }

    private static List<String> ids(TaskFiles files) {
        return files.tasks().stream().<String>map(Task::id).toList();
    }
}
