package dev.errand.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShellWordTest {
    @Test
    void whatIsSafeStaysAsItIs() {
        for (String text : new String[] {"b", "01a0-FF", "shop/opens:v1.2", "a@b,c+d=100%"}) {
            assertThat(ShellWord.of(text)).isEqualTo(text);
        }
    }

    @Test
    void allElseIsQuoted() {
        assertThat(ShellWord.of("two words")).isEqualTo("'two words'");
        assertThat(ShellWord.of("$HOME; `id` \"x\"")).isEqualTo("'$HOME; `id` \"x\"'");
        assertThat(ShellWord.of("it's")).isEqualTo("'it'\\''s'");
        assertThat(ShellWord.of("")).isEqualTo("''");
        assertThat(ShellWord.of("größe")).isEqualTo("'größe'");
    }
}
