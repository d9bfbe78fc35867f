package dev.errand.examples.desktop;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.examples.desktop.Duplicates.Report;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.File;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JFileChooser;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JProgressBar;
import javax.swing.JTextField;
import javax.swing.table.DefaultTableModel;
import org.jspecify.annotations.Nullable;

/** The window: a folder to search, and below it a run as it stands. For the event thread only, but for {@link #awaitClosed}. */
final class MainWindow {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    final JTextField folder = new JTextField(System.getProperty("user.home"));
    final JButton browse = new JButton();
    final JButton find = new JButton("Find duplicates");
    final JButton cancel = new JButton("Cancel");
    final JLabel headline = new JLabel("Nothing searched yet");
    final JLabel status = new JLabel("Choose a folder, to see which of its files are there more than once.");
    final JProgressBar progress = new JProgressBar();
    final DefaultTableModel log = new DefaultTableModel(0, 2);
    private final JFrame frame = new JFrame("Duplicates");
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Shows itself. */
    MainWindow(Consumer<Path> finding, Runnable cancelling) {
        browse.addActionListener(click -> browse());
        find.addActionListener(click -> find(finding));
        cancel.addActionListener(click -> {
            cancel.setEnabled(false);
            cancelling.run();
        });
        cancel.setEnabled(false);
        frame.setContentPane(Look.arranged(this));
        frame.getRootPane().setDefaultButton(find);
        frame.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                closed.countDown();
            }
        });
        frame.setSize(760, 540);
        frame.setLocationRelativeTo(null);
        frame.setVisible(true);
    }

    private void browse() {
        JFileChooser chooser = new JFileChooser(folder.getText());
        chooser.setFileSelectionMode(JFileChooser.DIRECTORIES_ONLY);
        if (chooser.showOpenDialog(frame) == JFileChooser.APPROVE_OPTION) {
            folder.setText(chooser.getSelectedFile().getPath());
        }
    }

    private void find(Consumer<Path> finding) {
        File chosen = new File(folder.getText().strip());
        if (chosen.isDirectory()) {
            find.setEnabled(false); // until its run has ended
            finding.accept(chosen.toPath().toAbsolutePath());
        } else {
            say("There is no folder " + chosen);
        }
    }

    /** Says something that no run says. */
    void say(String text) {
        status.setText(text);
        find.setEnabled(true);
    }

    /** Begins anew, for another run. */
    void clear() {
        log.setRowCount(0);
        progress.setValue(0);
    }

    /** How a run stands. */
    void show(RunInfo run) {
        boolean goesOn = !run.state().isTerminal();
        find.setEnabled(!goesOn);
        cancel.setEnabled(goesOn && !run.cancelRequested());
        headline.setText(run.name());
        Progress done = run.progress();
        if (done != null) {
            progress.setMaximum((int) done.total());
            progress.setValue((int) done.done());
        }
        if (goesOn) {
            status.setText(text(run, done));
        }
    }

    private static String text(RunInfo run, @Nullable Progress done) {
        if (run.cancelRequested()) {
            return "Stopping";
        }
        if (run.state() == RunState.RETRYING) {
            return "It failed, and will be tried again";
        }
        if (run.state() != RunState.EXECUTING) {
            return "Waiting for the worker";
        }
        return done == null ? "Looking for files" : "%,d of %,d files compared".formatted(done.done(), done.total());
    }

    /** A line that a run has logged. */
    void add(LogLine line) {
        log.addRow(new Object[] {TIME.format(line.at()), line.message()});
    }

    /** What came of a run. */
    void show(RunResult<Report> result) {
        switch (result) {
            case RunResult.Completed<Report>(var run, var report) -> status.setText(text(report));
            case RunResult.Unsuccessful<Report> bad ->
                status.setText(bad.state() == RunState.CANCELED ? "Cancelled" : bad.reason());
            case RunResult.Unfinished<Report> open -> {} // the window was closed before
        }
    }

    private static String text(Report report) {
        return report.copies() == 0
                ? "No file is there twice"
                : "%,d copies among %,d files, %,.1f MB to gain"
                        .formatted(report.copies(), report.files(), report.bytes() / 1e6);
    }

    /** Waits until it is closed, on any thread. */
    void awaitClosed() throws InterruptedException {
        closed.await();
    }

    void close() {
        frame.dispose();
    }
}
