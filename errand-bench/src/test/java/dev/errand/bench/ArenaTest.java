package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaTest {
    @TempDir
    Path folder;

    @Test
    void itsFilesLieBesideTheStoreAndGoInTheEnd() throws IOException {
        // given
        Path store = Files.writeString(folder.resolve("errand.db"), "the user's own");
        // when
        Path file;
        try (Arena arena = Arena.beside("jdbc:sqlite:" + store + "?busy=1", 1)) {
            file = Files.writeString(arena.fresh(), "ours");
            assertThat(arena.fresh()).isNotEqualTo(file);
        }
        // then
        assertThat(file).startsWithRaw(folder).doesNotExist();
        assertThat(folder).isDirectoryContaining(path -> path.equals(store));
        assertThat(folder.toFile().list()).hasSize(1);
        assertThat(store).hasContent("the user's own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db/errand", "jdbc:sqlite::memory:", "jdbc:sqlite:", "errand.db"})
    void whatIsNoFileIsRefused(String url) {
        assertThatThrownBy(() -> Arena.beside(url, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + url + "'")
                .hasMessageContaining("jdbc:sqlite:.errand/errand.db");
    }

    @Test
    void aDiskWithTooLittleRoomIsRefusedAndLeftAsItWas() {
        // given
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        // then
        assertThatThrownBy(() -> Arena.beside(url, Long.MAX_VALUE)).hasMessageContaining("MB free");
        assertThat(folder).isEmptyDirectory();
    }
}
