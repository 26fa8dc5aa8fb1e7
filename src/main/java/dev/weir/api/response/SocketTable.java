package dev.weir.api.response;

import dev.weir.AddressRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The TCP sockets of this machine as Linux lists them, which tells that a client has closed its end without a write to it. A table
 * that cannot be read, as on other systems, tells nothing of anyone.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">the format</a>
 */
record SocketTable(List<Path> files) {
    private static final String ESTABLISHED = " 01 ";
    private static final String CLOSE_WAIT = " 08 ";
    private static final int BYTES_OF_WORD = 4;

    /** The table of the running system. */
    static SocketTable system() {
        return new SocketTable(List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6")));
    }

    /** A connection as this end sees it. */
    record Connection(InetAddress localAddress, int localPort, InetAddress remoteAddress, int remotePort) {
        /**
         * The connection with these addresses, as a servlet container gives them; empty if they are none.
         *
         * @param local a literal address
         */
        static Optional<Connection> of(@Nullable String local, int localPort, @Nullable String remote, int remotePort) {
            return literal(local)
                    .flatMap(here -> literal(remote).map(there -> new Connection(here, localPort, there, remotePort)));
        }

        private static Optional<InetAddress> literal(@Nullable String address) {
            // An address of IPv6 may name the interface that it came by.
            String plain = address == null ? "" : address.replaceFirst("%.*", "");
            return AddressRange.literal(plain);
        }
    }

    /** What the table says of connections. */
    record Look(Set<Connection> open, Set<Connection> closedByClient, boolean complete) {}

    /** Looks for {@code connections}. */
    Look look(Set<Connection> connections) {
        Set<Connection> open = new HashSet<>();
        Set<Connection> closed = new HashSet<>();
        Map<String, InetAddress> known = new HashMap<>();
        boolean complete = true;
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    read(line, known, connections, open, closed);
                }
            } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
                // There is no such table here, or none for this version of the protocol.
                complete = false;
            }
        }
        return new Look(open, closed, complete);
    }

    /** Takes a line, {@code sl: local:port remote:port state …}. */
    private static void read(
            String line,
            Map<String, InetAddress> known,
            Set<Connection> connections,
            Set<Connection> open,
            Set<Connection> closed)
            throws UnknownHostException {
        boolean isOpen = line.contains(ESTABLISHED);
        // Of very many lines few are of these states.
        if (!isOpen && !line.contains(CLOSE_WAIT)) {
            return;
        }
        String[] fields = line.strip().split("\\s+", 5);
        String state = fields.length < 5 ? "" : ' ' + fields[3] + ' ';
        if (!state.equals(ESTABLISHED) && !state.equals(CLOSE_WAIT)) {
            return;
        }
        int localColon = fields[1].indexOf(':');
        int remoteColon = fields[2].indexOf(':');
        Connection connection = new Connection(
                address(fields[1].substring(0, localColon), known),
                Integer.parseInt(fields[1].substring(localColon + 1), 16),
                address(fields[2].substring(0, remoteColon), known),
                Integer.parseInt(fields[2].substring(remoteColon + 1), 16));
        if (connections.contains(connection)) {
            (state.equals(ESTABLISHED) ? open : closed).add(connection);
        }
    }

    private static InetAddress address(String hex, Map<String, InetAddress> known) throws UnknownHostException {
        InetAddress address = known.get(hex);
        if (address == null) {
            // Java makes an IPv4 address of one that is mapped into IPv6.
            address = InetAddress.getByAddress(bytes(hex));
            known.put(hex, address);
        }
        return address;
    }

    /** Words of four bytes, each in the order of this machine's processor. */
    private static byte[] bytes(String hex) {
        boolean littleEndian = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            int word = i / BYTES_OF_WORD * BYTES_OF_WORD;
            int target = littleEndian ? word + BYTES_OF_WORD - 1 - i % BYTES_OF_WORD : i;
            bytes[target] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }
}
