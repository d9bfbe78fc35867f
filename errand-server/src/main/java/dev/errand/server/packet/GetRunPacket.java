package dev.errand.server.packet;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Tells where the payload or the output of a run is. */
final class GetRunPacket implements Endpoint {
    private final Errand errand;
    private final BlobAddresses addresses;

    GetRunPacket(Errand errand, BlobAddresses addresses) {
        this.errand = errand;
        this.addresses = addresses;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/runs/{run}/packets/{part}");
    }

    @Override
    public Answer answer(Call call) {
        RunId run = call.parameter("run", RunId::of);
        String part = call.parameter("part");
        RunPart.of(part).of(errand, run);
        String what = Presigned.RUN + run + "/" + part;
        return Answer.json(new Presigned(addresses.of("GET", what, Presigned.LIFE), null));
    }
}
