package dev.errand.client;

import dev.errand.StoreException;
import dev.errand.TypeRef;
import dev.errand.json.ApiJson;
import java.net.http.HttpHeaders;
import java.util.function.Supplier;

/** What a server answered. */
record Reply(int status, HttpHeaders headers, byte[] body) {
    boolean isOk() {
        return status >= 200 && status < 300;
    }

    <T> T read(Class<T> type) {
        return read(() -> ApiJson.read(body, type));
    }

    <T> T read(TypeRef<T> type) {
        return read(() -> ApiJson.read(body, type));
    }

    private static <T> T read(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new StoreException("The server answered what is not understood here: " + e.getMessage(), e);
        }
    }
}
