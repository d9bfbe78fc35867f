package dev.errand.examples.desktop;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.ListenerOptions;
import dev.errand.LogLine;
import dev.errand.Run;
import dev.errand.Subscription;
import dev.errand.examples.desktop.Duplicates.Report;
import java.util.List;
import javax.swing.SwingUtilities;

/**
 * Shows a run in the window, whichever process it is in: whenever something happens to it, an event comes to the event thread, which reads
 * what is new. That is a look into a local file; with a database far away, other threads would better do the reading.
 */
final class Follower implements AutoCloseable {
    private final Run<Report> run;
    private final MainWindow window;
    private final Subscription events;
    private final Subscription end;
    private long seen;

    Follower(Errand errand, Run<Report> run, MainWindow window) {
        this.run = run;
        this.window = window;
        SwingUtilities.invokeLater(window::clear);
        events = errand.on(
                EventFilter.of(run.id()),
                event -> look(),
                ListenerOptions.none().executor(SwingUtilities::invokeLater));
        SwingUtilities.invokeLater(this::look); // at what was before
        end = run.onFinish(window::show, SwingUtilities::invokeLater);
    }

    private void look() {
        window.show(run.info());
        for (List<LogLine> lines = run.log(seen); !lines.isEmpty(); lines = run.log(seen)) {
            lines.forEach(window::add);
            seen = lines.getLast().position();
        }
    }

    void cancel() {
        run.cancel();
    }

    /** The run goes on. */
    @Override
    public void close() {
        events.close();
        end.close();
    }
}
