package dev.errand.server.wire;

import dev.errand.server.call.Fields;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Options of triggers that are about what there is none of here: regions, deployments, parents of runs. Their types are looked at, no more. */
final class UnreadFields {
    private static final List<String> TEXTS =
            List.of("region", "lockToVersion", "externalDeploymentId", "bulkActionId", "parentRunId", "metadataType");
    private static final List<String> ARRAYS = List.of("concurrency", "gates");

    private UnreadFields() {}

    /** @throws dev.errand.server.call.Problem 400 if one is of the wrong type */
    static void check(Fields options) {
        TEXTS.forEach(options::text);
        options.flag("resumeParentOnCompletion");
        options.wholeNumber("payloadSize", 0, Integer.MAX_VALUE);
        for (String name : ARRAYS) {
            JsonNode value = options.value(name);
            if (value != null && !value.isArray()) {
                throw options.refused(name, "an array is needed");
            }
        }
    }
}
