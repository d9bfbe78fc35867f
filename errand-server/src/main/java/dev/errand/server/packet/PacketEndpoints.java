package dev.errand.server.packet;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about large payloads and outputs. */
public final class PacketEndpoints {
    private PacketEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
