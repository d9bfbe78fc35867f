package dev.errand.server.packet;

import dev.errand.Errand;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about large payloads and outputs. */
public final class PacketEndpoints {
    private PacketEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        Errand errand = around.errand();
        BlobAddresses addresses = new BlobAddresses(around);
        return List.of(
                new PutPacket(addresses),
                new GetPacket(errand, addresses),
                new GetRunPacket(errand, addresses),
                new PutBlob(errand, addresses),
                new GetBlob(errand, addresses));
    }
}
