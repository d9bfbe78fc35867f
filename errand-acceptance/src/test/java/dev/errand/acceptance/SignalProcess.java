package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A process whose one task receives numbers until it receives the last, and answers all of them in the order in which it has. */
final class SignalProcess extends WorkingProcess {
    static final String NUMBER = "number";
    static final int LAST = -1;

    /** The numbers that are received, but for the last. */
    record Received(List<Integer> numbers) {}

    static final Task<String, Received> TASK = Task.named("receiving", String.class, Received.class)
            .redeliveries(100)
            .run((payload, run) -> {
                List<Integer> numbers = new ArrayList<>();
                int next = run.receive(NUMBER, Integer.class);
                while (next != LAST) {
                    numbers.add(next);
                    next = run.receive(NUMBER, Integer.class);
                }
                return new Received(numbers);
            });

    /** Returns when it works. */
    SignalProcess(String url) throws IOException {
        super(SignalProcess.class, url);
    }

    /** Argument: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand =
                Errand.builder().store(arguments[0]).tasks(TASK).concurrency(1).open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
