package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion scripts complete. */
class CompletionTest {
    @TempDir
    Path folder;

    @Test
    void bashCompletesCommandsAndTheirOptions() throws Exception {
        assertThat(completed("errand ru")).contains("run", "runs");
        assertThat(completed("errand runs l")).contains("list", "logs");
        assertThat(completed("errand runs list --st")).contains("--state", "--store");
    }

    private String completed(String typed) throws Exception {
        String test = """
                source completion
                COMP_WORDS=(%s)
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE='%s'
                COMP_POINT=${#COMP_LINE}
                _complete_errand
                printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(typed, typed);
        Files.writeString(
                folder.resolve("completion"), Cli.bare("completion", "bash").out());
        Process bash = new ProcessBuilder("bash", "-c", test)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void zshUsesTheSame() {
        assertThat(Cli.bare("completion", "zsh").out())
                .startsWith("autoload")
                .contains("bashcompinit", "_complete_errand");
    }

    @Test
    void fishHasALineForEachCommandAndOption() {
        assertThat(Cli.bare("completion", "fish").out().lines())
                .contains(
                        "complete -c errand -n '__fish_use_subcommand' -a trigger -d 'Trigger a run of a task the store knows,"
                                + " for any node that has its code; prints the run\\'s id.'")
                .anyMatch(
                        line -> line.contains("__fish_seen_subcommand_from runs; and __fish_seen_subcommand_from list")
                                && line.contains("-l state -r"));
    }

    @Test
    void anUnknownShellIsAnsweredWithThoseThereAre() {
        Cli.Said said = Cli.bare("completion", "tcsh");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("bash", "zsh", "fish");
    }
}
