package dev.errand.server.bulk;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about many runs at a time. */
public final class BulkEndpoints {
    private BulkEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(
                new CreateBulkAction(around.errand()),
                new ListBulkActions(around.errand()),
                new RetrieveBulkAction(around.errand()),
                new AbortBulkAction(around.errand()));
    }
}
