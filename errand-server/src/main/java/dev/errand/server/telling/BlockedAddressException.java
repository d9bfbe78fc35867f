package dev.errand.server.telling;

import java.io.IOException;

/** Nothing was sent, since it would have gone to an address that is not public. */
final class BlockedAddressException extends IOException {
    /** It does not say which: that may be nobody's business. */
    BlockedAddressException(String host) {
        super("%s is at an address that is not public, where nothing is sent unless the server's settings allow it"
                .formatted(host));
    }
}
