package dev.errand.server.batch;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about batches: opened, filled item by item, looked at. */
public final class BatchEndpoints {
    private BatchEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(
                new CreateBatch(around.errand()), new FillBatch(around.errand()), new RetrieveBatch(around.errand()));
    }
}
