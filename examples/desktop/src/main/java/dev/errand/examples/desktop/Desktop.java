package dev.errand.examples.desktop;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.TriggerOptions;
import dev.errand.examples.desktop.Duplicates.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.swing.SwingUtilities;
import org.jspecify.annotations.Nullable;

/**
 * Finds duplicate files. The window is in this process and the work in a child process; a store, which is a file, is all they have in
 * common. So the work goes on when the window is closed, and the next window shows how far it has come.
 */
public final class Desktop implements AutoCloseable {
    private final Errand errand;
    private final WorkerProcess worker;
    private final MainWindow window;
    private @Nullable Follower follower;

    /** Opens the window. */
    Desktop(Path store) throws IOException {
        Files.createDirectories(store.toAbsolutePath().getParent());
        String url = "jdbc:sqlite:" + store;
        errand = Errand.builder()
                .store(url)
                .tasks(Duplicates.FIND)
                .concurrency(0) // triggers and watches
                .open();
        worker = new WorkerProcess(url);
        window = CompletableFuture.supplyAsync(this::newWindow, SwingUtilities::invokeLater)
                .join();
        errand.runs(RunQuery.all().tasks(Duplicates.FIND.id()).limit(1)).items().stream()
                .findFirst()
                .ifPresent(latest -> follow(errand.run(latest.id(), Duplicates.FIND)));
    }

    private MainWindow newWindow() {
        Look.install();
        return new MainWindow(this::find, this::cancel);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Desktop desktop = new Desktop(Path.of(arguments.length > 0 ? arguments[0] : ".errand/desktop.db"))) {
            desktop.window.awaitClosed();
        }
    }

    private void find(Path folder) {
        inBackground(() -> {
            Path name = folder.getFileName();
            follow(errand.trigger(
                    Duplicates.FIND,
                    folder.toString(),
                    TriggerOptions.none().name(name == null ? folder.toString() : name.toString())));
        });
    }

    private void cancel() {
        inBackground(() -> {
            synchronized (this) {
                if (follower != null) {
                    follower.cancel();
                }
            }
        });
    }

    private synchronized void follow(Run<Report> run) {
        if (follower != null) {
            follower.close();
        }
        follower = new Follower(errand, run, window);
    }

    /** What waits for the disk is no business of the event thread's. */
    private void inBackground(Runnable request) {
        Thread.startVirtualThread(() -> {
            try {
                request.run();
            } catch (ErrandException e) {
                SwingUtilities.invokeLater(() -> window.say(String.valueOf(e.getMessage())));
            }
        });
    }

    MainWindow window() {
        return window;
    }

    WorkerProcess worker() {
        return worker;
    }

    /** Closes the window. A run that is under way goes on. */
    @Override
    public void close() throws IOException {
        SwingUtilities.invokeLater(window::close);
        worker.close();
        errand.close();
    }
}
