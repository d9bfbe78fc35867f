package dev.errand.client;

import java.util.Optional;

/** Questions about what may not be there. */
final class Maybe {
    private Maybe() {}

    /** Empty if the server says that there is none, and no more than that. */
    static <T> Optional<T> ask(Server server, Ask ask, Class<T> type) {
        Reply reply = server.answered(ask);
        boolean isNone = reply.status() == 404 && Refusal.of(reply).told().isEmpty();
        return isNone ? Optional.empty() : Optional.of(server.ok(reply).read(type));
    }
}
