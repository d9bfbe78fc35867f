package dev.errand.server.packet;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;

/** Tells where the bytes of a packet are. */
final class GetPacket implements Endpoint {
    private final Errand errand;
    private final BlobAddresses addresses;

    GetPacket(Errand errand, BlobAddresses addresses) {
        this.errand = errand;
        this.addresses = addresses;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/packets/{name}");
    }

    @Override
    public Answer answer(Call call) {
        String name = call.parameter("name");
        if (errand.blobs().find(name).isEmpty()) {
            throw Problem.notFound("There is no such packet; it may have been deleted, a day after it was stored");
        }
        return Answer.json(new Presigned(addresses.of("GET", Presigned.PACKET + name, Presigned.LIFE), null));
    }
}
