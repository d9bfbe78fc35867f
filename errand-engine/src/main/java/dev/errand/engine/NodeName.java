package dev.errand.engine;

import dev.errand.spi.EngineSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What a node is called: as the settings say, else its host and process. */
final class NodeName {
    private NodeName() {}

    /** May ask the network for the host's name. */
    static String of(EngineSettings settings) {
        if (!settings.nodeName().isEmpty()) {
            return settings.nodeName();
        }
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return host + ":" + ProcessHandle.current().pid();
    }
}
