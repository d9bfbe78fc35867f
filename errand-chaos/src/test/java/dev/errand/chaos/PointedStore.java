package dev.errand.chaos;

import dev.errand.Page;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TokenStore;
import dev.errand.store.TransactionStore;
import dev.errand.store.ValueStore;
import dev.errand.store.WatchStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that passes by {@link Points} with what it does for a node that has one slot. */
final class PointedStore implements InvocationHandler {
    private final Store store;
    private final Points points;
    private volatile boolean claimed;
    private volatile @Nullable Instant wakesAt;

    PointedStore(Store store, Points points) {
        this.store = store;
        this.points = points;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "claim" -> claim((ClaimRequest) arguments[0]);
            case "record" -> record((List<Report>) arguments[0]);
            case "advance" -> advance();
            case "steps" -> pass(Deed.REPLAY, store, method, arguments);
            case "spawn" -> pass(Deed.SPAWN, store, method, arguments);
            case "ends" -> pass(Deed.LEARN, store, method, arguments);
            case "values" -> values();
            case "watches" -> watches();
            case "tokens" -> new Tokens(store.tokens());
            case "transactions" -> new Transactions(store.transactions());
            default -> call(store, method, arguments);
        };
    }

    private static @Nullable Object call(Object behind, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(behind, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private @Nullable Object pass(Deed deed, Object behind, Method method, Object[] arguments) throws Throwable {
        points.pass(Side.BEFORE, deed);
        Object answer = call(behind, method, arguments);
        points.pass(Side.AFTER, deed);
        return answer;
    }

    /** The one slot is free when more is asked for after the run was claimed. */
    private CompletionStage<List<Claim>> claim(ClaimRequest request) {
        boolean freed = claimed;
        if (freed) {
            points.pass(Side.BEFORE, Deed.FREE);
            claimed = false;
        }
        CompletionStage<List<Claim>> answer = store.claim(request).thenApply(claims -> {
            if (!claims.isEmpty()) {
                claimed = true;
                points.pass(Side.AFTER, Deed.CLAIM);
            }
            return claims;
        });
        if (freed) {
            points.pass(Side.AFTER, Deed.FREE);
        }
        return answer;
    }

    private CompletionStage<List<Receipt>> record(List<Report> reports) {
        List<Deed> deeds = reports.stream()
                .map(PointedStore::deed)
                .flatMap(Optional::stream)
                .toList();
        deeds.forEach(deed -> points.pass(Side.BEFORE, deed));
        return store.record(reports).thenApply(receipts -> {
            for (Report report : reports) {
                if (report instanceof Report.Waiting waiting) {
                    wakesAt = waiting.dueAt();
                } else if (report instanceof Report.Ended end
                        && end.claim().options().parent() != null) {
                    wakesAt = end.at();
                }
            }
            deeds.forEach(deed -> points.pass(Side.AFTER, deed));
            return receipts;
        });
    }

    private static Optional<Deed> deed(Report report) {
        return switch (report) {
            case Report.Started started -> Optional.of(Deed.START);
            case Report.Journaled(Claim claim, var step, var received) ->
                Optional.of(
                        received != null
                                ? Deed.RECEIVE
                                : step.endedAt() == null && step.failure() == null ? Deed.BEGIN : Deed.KEEP);
            case Report.Waiting waiting -> Optional.of(Deed.WAIT);
            case Report.Ended ended -> Optional.of(Deed.END);
            default -> Optional.empty(); // what its task does not do
        };
    }

    private Optional<Instant> advance() {
        Instant due = wakesAt;
        if (due == null || store.clock().instant().isBefore(due)) {
            return store.advance();
        }
        points.pass(Side.BEFORE, Deed.WAKE);
        Optional<Instant> next = store.advance();
        wakesAt = null;
        points.pass(Side.AFTER, Deed.WAKE);
        return next;
    }

    /** They are read by conditions only. */
    private ValueStore values() {
        ValueStore behind = store.values();
        return (ValueStore) Proxy.newProxyInstance(
                ValueStore.class.getClassLoader(),
                new Class<?>[] {ValueStore.class},
                (proxy, method, arguments) -> method.getName().equals("find")
                        ? pass(Deed.LOOK, behind, method, arguments)
                        : call(behind, method, arguments));
    }

    private WatchStore watches() {
        WatchStore behind = store.watches();
        return (WatchStore) Proxy.newProxyInstance(
                WatchStore.class.getClassLoader(),
                new Class<?>[] {WatchStore.class},
                (proxy, method, arguments) -> method.getName().equals("watch")
                        ? pass(Deed.WATCH, behind, method, arguments)
                        : call(behind, method, arguments));
    }

    private final class Tokens implements TokenStore {
        private final TokenStore behind;

        Tokens(TokenStore behind) {
            this.behind = behind;
        }

        @Override
        public TokenInfo create(NewToken token) {
            points.pass(Side.BEFORE, Deed.CREATE);
            TokenInfo created = behind.create(token);
            points.pass(Side.AFTER, Deed.CREATE);
            return created;
        }

        @Override
        public Optional<TokenInfo> find(TokenId token) {
            return behind.find(token);
        }

        @Override
        public Optional<Boolean> end(TokenId token, byte @Nullable [] value, @Nullable String error) {
            return behind.end(token, value, error);
        }

        @Override
        public Page<TokenInfo> list(TokenQuery query) {
            return behind.list(query);
        }
    }

    private final class Transactions implements TransactionStore {
        private final TransactionStore behind;

        Transactions(TransactionStore behind) {
            this.behind = behind;
        }

        @Override
        public StoreTransaction begin() throws InterruptedException {
            points.pass(Side.BEFORE, Deed.OPEN);
            StoreTransaction begun = behind.begin();
            points.pass(Side.AFTER, Deed.OPEN);
            return new Transaction(begun);
        }

        @Override
        public Optional<Receipt> settle(Report.Journaled step) {
            return behind.settle(step);
        }
    }

    private final class Transaction implements StoreTransaction {
        private final StoreTransaction behind;

        Transaction(StoreTransaction behind) {
            this.behind = behind;
        }

        @Override
        public Connection connection() {
            return behind.connection();
        }

        @Override
        public Receipt commit(Report.Journaled step) throws SQLException {
            try {
                points.pass(Side.BEFORE, Deed.COMMIT);
                Receipt receipt = behind.commit(step);
                points.pass(Side.AFTER, Deed.COMMIT);
                return receipt;
            } catch (StoreException e) {
                throw new SQLException(e.getMessage(), "08006", e);
            }
        }

        @Override
        public boolean isPassing(Throwable error) {
            return behind.isPassing(error);
        }

        @Override
        public @Nullable StoreException brokenOff() {
            return behind.brokenOff();
        }

        @Override
        public void close() {
            behind.close();
        }
    }
}
