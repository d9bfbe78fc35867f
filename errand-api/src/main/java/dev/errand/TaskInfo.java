package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task as the store knows it: what the newest node that has its code declared.
 *
 * @param payloadType the payload's type as source code would write it
 * @param outputType the output's type, likewise
 * @param retryDelay the first delay between attempts
 * @param nodeTags what a node must have to run it
 * @param errors the classes of the errors it declares
 * @param schema what its payloads must look like, as a JSON Schema; null if there is nothing to say
 * @param queue where its runs wait unless their triggers say otherwise; null for a line of its own
 * @param concurrencyKey where in the payload a run's key is; null for none
 * @param machine what an attempt takes of its node's budget; null for nothing
 * @param isolated whether attempts run in a process of their own
 * @param onOutOfMemory the machine of an attempt after one that ran out of memory; null for no such attempt
 * @param source where it comes from: a file, or empty
 * @param declaredAt when it was last declared
 */
public record TaskInfo(
        String id,
        String description,
        List<String> aliases,
        String payloadType,
        String outputType,
        int attempts,
        boolean automaticRetry,
        Timeout timeout,
        @Nullable Duration retryDelay,
        @Nullable Duration ttl,
        @Nullable Duration maxDuration,
        Map<String, Object> arguments,
        List<String> nodeTags,
        List<String> errors,
        @Nullable Json schema,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable Machine machine,
        boolean isolated,
        @Nullable Machine onOutOfMemory,
        String source,
        Instant declaredAt) {}
