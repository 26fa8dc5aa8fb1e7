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
 * Reads the TCP sockets of this machine from Linux, to find clients that have closed their end without a write to them. On other
 * systems the table cannot be read, and no client is found.
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

    /** A connection as the server's end sees it. */
    record Connection(InetAddress localAddress, int localPort, InetAddress remoteAddress, int remotePort) {
        /**
         * The connection with these addresses, as a servlet container gives them; empty if one is no literal address.
         *
         * @param local a literal address
         */
        static Optional<Connection> of(@Nullable String local, int localPort, @Nullable String remote, int remotePort) {
            return literal(local)
                    .flatMap(here -> literal(remote).map(there -> new Connection(here, localPort, there, remotePort)));
        }

        private static Optional<InetAddress> literal(@Nullable String address) {
            // Without the zone of a link-local IPv6 address.
            String plain = address == null ? "" : address.replaceFirst("%.*", "");
            return AddressRange.literal(plain);
        }
    }

    /**
     * The result of a check.
     *
     * @param open the connections that are established
     * @param closedByClient the connections that the client has closed
     * @param complete whether all files of the table were read
     */
    record Result(Set<Connection> open, Set<Connection> closedByClient, boolean complete) {}

    /** Looks for {@code connections} in the table. Reads all of it, so it may take a while. */
    Result find(Set<Connection> connections) {
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
                // The system has no such table, or none for this version of IP.
                complete = false;
            }
        }
        return new Result(open, closed, complete);
    }

    /** Reads one line: {@code sl: local:port remote:port state …}. */
    private static void read(
            String line,
            Map<String, InetAddress> known,
            Set<Connection> connections,
            Set<Connection> open,
            Set<Connection> closed)
            throws UnknownHostException {
        boolean isOpen = line.contains(ESTABLISHED);
        // A cheap check first: of many lines only few have these states.
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
            // Java converts an IPv6-mapped address to IPv4.
            address = InetAddress.getByAddress(bytes(hex));
            known.put(hex, address);
        }
        return address;
    }

    /** Converts words of four bytes, each in the byte order of this machine. */
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
