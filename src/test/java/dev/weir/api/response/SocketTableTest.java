package dev.weir.api.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketTableTest {
    @TempDir
    Path folder;

    private static SocketTable.Connection connection(String local, int localPort, String remote, int remotePort) {
        return SocketTable.Connection.of(local, localPort, remote, remotePort).orElseThrow();
    }

    private SocketTable table(String... lines) throws IOException {
        Path file = folder.resolve("tcp");
        Files.write(file, List.of(lines));
        return new SocketTable(List.of(file));
    }

    @Test
    void aConnectionWhoseClientHasClosedIsFoundAmongThoseAskedFor() throws IOException {
        assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        SocketTable table = table(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   0: 0100007F:1F90 0100007F:D431 08 00000000:00000001 00:00000000 00000000     0        0 1 1",
                "   1: 0100007F:1F90 0100007F:D432 01 00000000:00000000 00:00000000 00000000     0        0 2 1",
                "   2: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200007F:D433 08 0:1 00:0 0 0 0 3 1",
                "   3: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:D434 08 0:1 00:0 0 0 0 4 1");
        SocketTable.Connection closed = connection("127.0.0.1", 8080, "127.0.0.1", 54321);
        SocketTable.Connection open = connection("127.0.0.1", 8080, "127.0.0.1", 54322);
        SocketTable.Connection mapped = connection("127.0.0.1", 8080, "127.0.0.2", 54323);
        SocketTable.Connection six = connection("0:0:0:0:0:0:0:1%lo", 8080, "::1", 54324);
        SocketTable.Connection other = connection("127.0.0.1", 8080, "127.0.0.1", 1);
        assertThat(table.find(Set.of(closed, open, mapped, six, other)).closedByClient())
                .containsExactlyInAnyOrder(closed, mapped, six);
        assertThat(table.find(Set.of(open))).isEqualTo(new SocketTable.Result(Set.of(open), Set.of(), true));
    }

    @Test
    void whatCannotBeReadTellsNothing() throws IOException {
        SocketTable.Connection any = connection("127.0.0.1", 8080, "127.0.0.1", 54321);
        SocketTable.Result nothing = new SocketTable.Result(Set.of(), Set.of(), false);
        assertThat(new SocketTable(List.of(folder.resolve("none"))).find(Set.of(any)))
                .isEqualTo(nothing);
        assertThat(table("   0: xyz 1 08 a b", "1: zz:zz zz:zz 08 a b", "garbage")
                        .find(Set.of(any)))
                .isEqualTo(nothing);
    }

    @Test
    void aTableOfOneVersionOfTheProtocolIsEnough() throws IOException {
        Path file = folder.resolve("tcp");
        Files.write(file, List.of("   0: 0100007F:1F90 0100007F:D431 08 0:1 00:0 0 0 0 1 1"));
        SocketTable.Connection closed = connection("127.0.0.1", 8080, "127.0.0.1", 54321);
        assertThat(new SocketTable(List.of(folder.resolve("none"), file))
                        .find(Set.of(closed))
                        .closedByClient())
                .containsExactly(closed);
    }

    @Test
    void whoResetsTheConnectionIsMissedAndNobodyElse() throws IOException {
        Path file = folder.resolve("tcp");
        String there = "   0: 0100007F:1F90 0100007F:D431 01 0:1 00:0 0 0 0 1 1";
        SocketTable.Connection connection = connection("127.0.0.1", 8080, "127.0.0.1", 54321);
        Connected client = () -> Optional.of(new Connected.Peer(connection, false));
        Connected behindProxy =
                () -> Optional.of(new Connected.Peer(connection("127.0.0.1", 8080, "10.0.0.1", 1), true));
        DisconnectWatch clients = new DisconnectWatch(new SocketTable(List.of(file)));
        Files.write(file, List.of(there));
        assertThat(clients.disconnected(List.of(client, behindProxy))).isEmpty();
        Files.write(file, List.of());
        assertThat(clients.disconnected(List.of(client, behindProxy))).isEmpty();
        Files.write(file, List.of(there));
        assertThat(clients.disconnected(List.of(client, behindProxy))).isEmpty();
        Files.write(file, List.of());
        assertThat(clients.disconnected(List.of(client, behindProxy))).isEmpty();
        assertThat(clients.disconnected(List.of(client, behindProxy))).isEmpty();
        assertThat(clients.disconnected(List.of(client, behindProxy))).containsExactly(client);
    }

    @Test
    void whoResetsTheConnectionBeforeTheFirstLookIsMissedWhereOthersOfThatPortWereSeen() throws IOException {
        Path file = folder.resolve("tcp");
        Connected early = () -> Optional.of(new Connected.Peer(connection("127.0.0.1", 8080, "127.0.0.1", 7), false));
        Connected otherPort =
                () -> Optional.of(new Connected.Peer(connection("127.0.0.1", 443, "127.0.0.1", 7), false));
        Connected forwarded = () -> Optional.of(new Connected.Peer(connection("127.0.0.1", 8080, "10.0.0.1", 1), true));
        Connected seen =
                () -> Optional.of(new Connected.Peer(connection("127.0.0.1", 8080, "127.0.0.1", 54321), false));
        List<Object> waiting = List.of(early, otherPort, forwarded);
        DisconnectWatch clients = new DisconnectWatch(new SocketTable(List.of(file)));
        Files.write(file, List.of());
        for (int look = 0; look < 5; look++) {
            assertThat(clients.disconnected(waiting)).isEmpty();
        }
        assertThat(clients.isLearning()).isTrue();
        Files.write(file, List.of("   0: 0100007F:1F90 0100007F:D431 01 0:1 00:0 0 0 0 1 1"));
        assertThat(clients.disconnected(List.of(seen))).isEmpty();
        assertThat(clients.isLearning()).isFalse();
        assertThat(clients.disconnected(waiting)).isEmpty();
        // Other connections are checked in between.
        assertThat(clients.disconnected(List.of(seen))).isEmpty();
        assertThat(clients.disconnected(waiting)).isEmpty();
        assertThat(clients.disconnected(List.of(seen))).isEmpty();
        assertThat(clients.disconnected(waiting)).containsExactly(early);
    }

    @Test
    void whatIsNoAddressIsNoConnection() {
        assertThat(SocketTable.Connection.of("localhost", 1, "127.0.0.1", 2)).isEqualTo(Optional.empty());
        assertThat(SocketTable.Connection.of(null, 1, null, 2)).isEqualTo(Optional.empty());
    }

    @Test
    void theSystemsOwnTableTellsOfARealClient() throws Exception {
        assumeThat(Path.of("/proc/self/net/tcp")).isReadable();
        SocketTable table = SocketTable.system();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                OutputStream sending = client.getOutputStream();
                Socket accepted = server.accept()) {
            SocketTable.Connection connection = new SocketTable.Connection(
                    accepted.getLocalAddress(), accepted.getLocalPort(), accepted.getInetAddress(), accepted.getPort());
            assertThat(table.find(Set.of(connection)).open()).containsExactly(connection);
            sending.write(1);
            client.shutdownOutput();
            while (table.find(Set.of(connection)).closedByClient().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }
}
