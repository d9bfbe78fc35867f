package dev.errand.engine.schema;

import tools.jackson.databind.JsonNode;

/** What a schema asks of one value; of values of other kinds it asks nothing. */
@FunctionalInterface
interface Rule {
    void apply(JsonNode value, Check at);
}
