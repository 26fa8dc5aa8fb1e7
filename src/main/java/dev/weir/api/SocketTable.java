package dev.weir.api;

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
    private static final String CLOSE_WAIT = "08";
    private static final String CLOSE_WAIT_FIELD = " " + CLOSE_WAIT + " ";
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

    /** Those of {@code connections} whose other end has been closed. */
    Set<Connection> closedByClient(Set<Connection> connections) {
        Set<Connection> closed = new HashSet<>();
        Map<String, InetAddress> known = new HashMap<>();
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Connection connection = closedConnection(line, known);
                    if (connection != null && connections.contains(connection)) {
                        closed.add(connection);
                    }
                }
            } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
                // There is no such table here.
                return Set.of();
            }
        }
        return closed;
    }

    /** The connection of a line, {@code sl: local:port remote:port state …}, that waits for this end to be closed, too. */
    private static @Nullable Connection closedConnection(String line, Map<String, InetAddress> known)
            throws UnknownHostException {
        // Of very many lines few are of that state.
        if (!line.contains(CLOSE_WAIT_FIELD)) {
            return null;
        }
        String[] fields = line.strip().split("\\s+", 5);
        if (fields.length < 5 || !fields[3].equals(CLOSE_WAIT)) {
            return null;
        }
        int localColon = fields[1].indexOf(':');
        int remoteColon = fields[2].indexOf(':');
        return new Connection(
                address(fields[1].substring(0, localColon), known),
                Integer.parseInt(fields[1].substring(localColon + 1), 16),
                address(fields[2].substring(0, remoteColon), known),
                Integer.parseInt(fields[2].substring(remoteColon + 1), 16));
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
