package dev.errand.server.telling;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds the addresses of names, and gives only those that are public. These very addresses are connected to, so that a name which leads
 * elsewhere a moment later leads nobody there.
 */
final class PublicNames implements SocketAddressResolver {
    private final SocketAddressResolver all;

    PublicNames(SocketAddressResolver all) {
        this.all = all;
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        all.resolve(host, port, context, new Promise<List<InetSocketAddress>>() {
            @Override
            public void succeeded(List<InetSocketAddress> found) {
                if (found.stream().allMatch(address -> Addresses.isPublic(address.getAddress()))) {
                    promise.succeeded(found);
                } else {
                    promise.failed(new BlockedAddressException(host));
                }
            }

            @Override
            public void failed(Throwable e) {
                promise.failed(e);
            }
        });
    }
}
