package dev.errand.server.telling;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Which addresses are of the Internet at large, and not of a machine, a network or a cloud's own services. */
final class Addresses {
    /** As IANA registers them for special purposes; the last one is a cloud's metadata at an address that looks public. */
    private static final List<Block> SPECIAL_4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32");

    /** All of the Internet is in here, but what follows. */
    private static final Block GLOBAL_6 = Block.of("2000::/3");

    private static final List<Block> SPECIAL_6 = blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");
    /** Addresses of the other kind, in their last four bytes, for networks that have only this one. */
    private static final Block TRANSLATED = Block.of("64:ff9b::/96");

    private static final int OTHER_KIND = 12;

    private record Block(byte[] prefix, int bits) {
        static Block of(String text) {
            int slash = text.indexOf('/');
            return new Block(
                    InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
                    Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((prefix[bit / 8] ^ address[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private Addresses() {}

    private static List<Block> blocks(String... texts) {
        return Arrays.stream(texts).map(Block::of).toList();
    }

    static boolean isPublic(InetAddress address) {
        return isPublic(address.getAddress());
    }

    private static boolean isPublic(byte[] address) {
        if (address.length == 4) {
            return SPECIAL_4.stream().noneMatch(block -> block.contains(address));
        }
        if (TRANSLATED.contains(address)) {
            return isPublic(Arrays.copyOfRange(address, OTHER_KIND, address.length));
        }
        return GLOBAL_6.contains(address) && SPECIAL_6.stream().noneMatch(block -> block.contains(address));
    }
}
