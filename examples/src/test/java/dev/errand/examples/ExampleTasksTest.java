package dev.errand.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RunFailedException;
import dev.errand.Task;
import dev.errand.scripts.TaskFiles;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that are files of their own do what they say, on the data they come with. */
@Timeout(120)
class ExampleTasksTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void theFolderLoadsWithoutFault() {
        TaskFiles files = TaskFiles.folder(Repository.TASKS);
        assertThat(files.diagnostics()).isEmpty();
        assertThat(files.tasks()).extracting(Task::id).containsExactly("import", "primes", "thumbnail", "wordcount");
    }

    @Test
    void aThumbnailIsWrittenBesideThePicture() throws Exception {
        // given
        Path photo = Files.copy(Repository.DATA.resolve("photo.png"), folder.resolve("photo.png"));
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "Thumbnail.java")) {
            // when
            Json output = errand.trigger("thumbnail", json("{'path':'%s','width':64}", photo))
                    .await(SOON);
            // then
            Path small = folder.resolve("photo-64.png");
            assertThat(output)
                    .isEqualTo(json("{'path':'%s','width':64,'height':48,'bytes':%s}", small, Files.size(small)));
            BufferedImage picture = ImageIO.read(small.toFile());
            assertThat(picture.getWidth()).isEqualTo(64);
            assertThat(picture.getHeight()).isEqualTo(48);
            assertThat(picture.getRGB(43, 25) & 0xff_ff_ff)
                    .as("the sun is bright")
                    .isGreaterThan(0xf0_d0_a0);
        }
    }

    @Test
    void aThumbnailOfWhatIsNoPictureIsNotTriedAgain() {
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "Thumbnail.java")) {
            Path poem = Repository.DATA.resolve("poem.txt");
            assertThatThrownBy(() -> errand.trigger("thumbnail", json("{'path':'%s','width':64}", poem))
                            .await(SOON))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("is no picture that Java can read");
        }
    }

    @Test
    void wordsAreCounted() throws Exception {
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "wordcount.sh")) {
            Path text = Files.writeString(folder.resolve("a \"quoted\" name.txt"), "one fish, two fish\nrède fish\n");
            Json payload = new Json("{\"path\": \"" + text.toString().replace("\"", "\\\"") + "\"}");
            assertThat(errand.trigger("wordcount", payload).await(SOON).text())
                    .contains("\"lines\":2,\"words\":6,\"characters\":29,\"frequent\":{\"fish\":3");
        }
    }

    @Test
    void primesAreCountedInAProcessOfTheirOwn() throws Exception {
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "Primes.java")) {
            assertThat(errand.task("primes").orElseThrow().isolated()).isTrue();
            assertThat(errand.trigger("primes", json("{'below':1000000}")).await(SOON))
                    .isEqualTo(new Json("78498"));
        }
    }

    @Test
    void aTextThatIsMissingIsNamed() {
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "wordcount.sh")) {
            assertThatThrownBy(() -> errand.trigger("wordcount", json("{'path':'%s'}", "/no/such/text"))
                            .await(SOON))
                    .hasMessageContaining("exit 66")
                    .hasMessageContaining("cannot read /no/such/text");
        }
    }

    /** The text with double quotes for single ones, and each {@code %s} replaced by the next value. */
    static Json json(String text, Object... values) {
        String json = text.replace('\'', '"');
        for (Object value : values) {
            json = json.replaceFirst("%s", Matcher.quoteReplacement(value.toString()));
        }
        return new Json(json);
    }
}
