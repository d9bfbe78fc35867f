package dev.errand.store.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TcpProxyTest {
    private ServerSocket server;
    private TcpProxy proxy;
    private Socket client;
    private Socket served;

    @BeforeEach
    void connect() throws IOException {
        server = Ports.listen();
        proxy = TcpProxy.to(server.getLocalPort());
        client = newClient();
        served = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        served.close();
        proxy.close();
        server.close();
    }

    @Test
    void forwardsBothWaysUntilBothSidesHaveEnded() throws IOException {
        assertPasses(client, served, 1);
        assertPasses(served, client, 2);

        client.shutdownOutput();
        assertThat(served.getInputStream().read()).isEqualTo(-1);
        assertPasses(served, client, 3);
        served.shutdownOutput();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void delaysWhatPasses() throws IOException {
        proxy.delay(Duration.ofMillis(200));
        long started = System.nanoTime();

        assertPasses(client, served, 1);

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void letsNothingThroughWhileStalledAndLosesNothing() throws IOException {
        proxy.stall();
        client.getOutputStream().write(1);
        served.setSoTimeout(200);
        assertThatThrownBy(() -> served.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();

        served.setSoTimeout(0);
        assertThat(served.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void resetsBothSidesAndWelcomesNewOnes() throws IOException {
        assertPasses(client, served, 1);

        proxy.cut();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> served.getInputStream().read()).isInstanceOf(SocketException.class);
        try (Socket next = newClient();
                Socket nextServed = server.accept()) {
            assertPasses(next, nextServed, 2);
        }
    }

    @Test
    void endsOnlyWhatTheServerSays() throws IOException {
        assertPasses(client, served, 1);

        proxy.halfClose();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        served.getOutputStream().write(9);
        assertPasses(client, served, 2);
    }

    @Test
    void refusesNewOnesUntilHealedAndKeepsThoseThereAre() throws IOException {
        proxy.refuse();
        assertThatThrownBy(this::newClient).isInstanceOf(ConnectException.class);
        assertPasses(client, served, 1);

        proxy.heal();

        try (Socket next = newClient();
                Socket nextServed = server.accept()) {
            assertPasses(next, nextServed, 2);
        }
    }

    @Test
    void resetsClientsOfAServerThatIsAway() throws IOException {
        server.close();

        try (Socket next = newClient()) {
            assertThatThrownBy(() -> next.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    private Socket newClient() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void assertPasses(Socket from, Socket to, int value) throws IOException {
        from.getOutputStream().write(value);
        assertThat(to.getInputStream().read()).isEqualTo(value);
    }
}
