package dev.errand.server.batch;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/**  opened, filled item by item, looked at.:What can be asked about batches. */
public final class BatchEndpoints {
    private BatchEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
