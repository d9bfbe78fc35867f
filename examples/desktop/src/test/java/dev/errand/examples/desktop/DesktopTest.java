package dev.errand.examples.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Step;
import java.awt.Window;
import java.awt.event.WindowEvent;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The window is a real one, and the worker a process. */
@Timeout(180)
class DesktopTest {
    @TempDir
    private Path folder;

    private final List<Process> workers = new ArrayList<>();
    private final List<Object> changedElsewhere = new CopyOnWriteArrayList<>();
    private EventThread events;
    private Pictures pictures;
    private Path store;

    @BeforeEach
    void prepare() throws Throwable {
        Display.needs();
        events = EventThread.begin();
        pictures = Pictures.in(folder);
        store = folder.resolve("store/desktop.db");
    }

    @AfterEach
    void workersEnd() throws Exception {
        if (pictures == null) {
            return; // the test was skipped
        }
        pictures.cutFilms();
        for (Process worker : workers) {
            boolean ended = worker.waitFor(60, TimeUnit.SECONDS);
            worker.destroyForcibly();
            assertThat(ended)
                    .as("a worker ends that has neither window nor work")
                    .isTrue();
        }
        assertThat(changedElsewhere)
                .as("changes on other threads than the event thread")
                .isEmpty();
    }

    private Desktop open() throws IOException {
        Desktop desktop = new Desktop(store);
        workers.add(desktop.worker().process());
        desktop.window().status.addPropertyChangeListener("text", change -> {
            if (!SwingUtilities.isEventDispatchThread()) {
                changedElsewhere.add(change);
            }
        });
        return desktop;
    }

    /** Until it is at the films, with which it does not come to an end. */
    private void search(MainWindow window) {
        events.tell(() -> {
            window.folder.setText(pictures.folder().toString());
            window.find.doClick();
        });
        events.until("it is at the films", () -> isAtTheFilms(window));
    }

    private static boolean isAtTheFilms(MainWindow window) {
        return window.progress.getValue() == Pictures.FIRST_PHOTOS && window.log.getRowCount() == Pictures.FIRST_LINES;
    }

    private String log(MainWindow window) {
        return events.ask(() -> window.log.getDataVector().toString());
    }

    /** As a user does. */
    private void close(MainWindow window) throws InterruptedException {
        Window frame = SwingUtilities.getWindowAncestor(window.status);
        events.tell(() -> frame.dispatchEvent(new WindowEvent(frame, WindowEvent.WINDOW_CLOSING)));
        window.awaitClosed();
    }

    private Errand watcher() {
        return Errand.builder().store("jdbc:sqlite:" + store).concurrency(0).open();
    }

    @Test
    void aSearchGoesOnWithoutItsWindowAndTheNextOneShowsIt() throws Exception {
        // given a window that is closed in the midst of a search
        String log;
        try (Desktop desktop = open()) {
            MainWindow window = desktop.window();
            search(window);
            String status = events.ask(window.status::getText);
            assertThat(status).isEqualTo("19 of 32 files compared");
            boolean mayBeginAnother = events.ask(window.find::isEnabled);
            assertThat(mayBeginAnother).isFalse();
            log = log(window);
            assertThat(log).contains("Phone backup/20260614_174502.jpg is a copy of Lisbon/IMG_2043.jpg");
            // docs/images/desktop.png is a copy of this picture
            events.tell(() -> window.folder.setText("/home/ada/Pictures"));
            BufferedImage picture = events.ask(() -> Screenshot.of(SwingUtilities.getRootPane(window.status)));
            ImageIO.write(picture, "png", new File("target/desktop.png"));
            close(window);
        }
        // when another is opened
        try (Desktop again = open()) {
            MainWindow window = again.window();
            // then it shows the search, as far as it has come
            events.until("it is shown", () -> isAtTheFilms(window) && window.cancel.isEnabled());
            assertThat(log(window)).isEqualTo(log);
            assertThat(workers.getFirst().isAlive()).isTrue();
            // and its end, when there is one
            pictures.cutFilms();
            String found = "7 copies among 32 files, %,.1f MB to gain".formatted(7 * Pictures.PHOTO / 1e6);
            events.until(found, () -> window.status.getText().equals(found) && window.find.isEnabled());
        }
        try (Errand errand = watcher()) {
            RunInfo run = errand.runs(RunQuery.all()).items().getFirst();
            assertThat(run.attempt()).isEqualTo(1);
            assertThat(run.redeliveries()).isZero();
        }
    }

    @Test
    void anotherWorkerGoesOnForOneThatWasKilledUntilItIsCancelled() throws Exception {
        try (Desktop desktop = open();
                Errand errand = watcher()) {
            MainWindow window = desktop.window();
            search(window);
            // when the worker is killed
            Instant killed = Instant.now();
            desktop.worker().process().destroyForcibly();
            // then another one goes on
            events.until("another worker is at the films", () -> window.log.getRowCount() == 2 * Pictures.FIRST_LINES);
            workers.add(desktop.worker().process());
            // and has hashed nothing again
            Run<?> run =
                    errand.run(errand.runs(RunQuery.all()).items().getFirst().id());
            assertThat(run.info().redeliveries()).isEqualTo(1);
            assertThat(run.steps()).hasSize(Pictures.FIRST_PHOTOS);
            assertThat(run.steps())
                    .extracting(Step::startedAt)
                    .allSatisfy(start -> assertThat(start).isBefore(killed));
            // when it is cancelled
            events.tell(window.cancel::doClick);
            // then it ends
            events.until(
                    "it is cancelled", () -> window.status.getText().equals("Cancelled") && window.find.isEnabled());
        }
    }
}
