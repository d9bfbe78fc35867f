package dev.errand.engine.step;

import dev.errand.engine.record.Recorder;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that has the steps of one run, and nothing else. */
final class StepsInMemory implements AutoCloseable {
    final Map<Integer, StepEntry> stored = new TreeMap<>();
    final AtomicInteger read = new AtomicInteger();

    final Store store = (Store) Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "steps" -> steps((int) arguments[1], (int) arguments[2]);
                case "record" -> record((List<?>) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    final Recorder recorder = new Recorder(store);

    private synchronized List<StepEntry> steps(int after, int limit) {
        List<StepEntry> page = stored.values().stream()
                .filter(entry -> entry.position() > after)
                .limit(limit)
                .toList();
        read.addAndGet(page.size());
        return page;
    }

    private synchronized CompletableFuture<List<Receipt>> record(List<?> reports) {
        List<Receipt> receipts = new ArrayList<>();
        for (Object report : reports) {
            StepEntry entry = ((Report.Journaled) report).step();
            stored.put(entry.position(), entry);
            receipts.add(Receipt.RECORDED);
        }
        return CompletableFuture.completedFuture(receipts);
    }

    synchronized List<String> keys() {
        return stored.values().stream().map(StepEntry::key).toList();
    }

    @Override
    public void close() {
        recorder.close();
    }
}
