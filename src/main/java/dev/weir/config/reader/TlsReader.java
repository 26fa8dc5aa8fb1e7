package dev.weir.config.reader;

import dev.weir.config.ComponentNames;
import dev.weir.upstream.tls.TlsFileException;
import dev.weir.upstream.tls.TlsMaterial;
import dev.weir.upstream.tls.TlsMaterial.ClientCertificate;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a component's {@code tls}, and the files that it names. */
final class TlsReader {
    /** The content of a PEM file in the place of its path: the whole file, or its base64 on one line. */
    private static final Pattern CONTENT = Pattern.compile("(?s).*(?:-----|[\\r\\n]).*|MI[A-Za-z0-9+/=]{60,}");

    private final Section tls;

    private TlsReader(Section tls) {
        this.tls = tls;
    }

    /** Returns the TLS material of a component; that of the JVM without {@code tls}. Faulty parts are reported and left out. */
    static TlsMaterial read(String componentId, Section component) {
        return component
                .mapping("tls")
                .map(tls -> new TlsReader(tls).material(componentId))
                .orElse(TlsMaterial.OF_THE_JVM);
    }

    private TlsMaterial material(String componentId) {
        Set<X509Certificate> authorities = authorities();
        Optional<ClientCertificate> client = client();
        boolean verifies = tls.bool("verify", true);
        if (!verifies) {
            warnOfDisabledVerification(componentId);
        }
        tls.finish();
        return new TlsMaterial(authorities, client, verifies);
    }

    private void warnOfDisabledVerification(String componentId) {
        if (tls.has("ca")) {
            tls.error("ca", "'ca' has no effect beside 'verify: false'", "remove one of them");
        }
        tls.loading.problems.warning(
                tls.locationOf("verify"),
                tls.pathOf("verify"),
                ComponentNames.quoted(componentId)
                        + " does not verify certificates: any server can pose as its upstream",
                "name the certificate of the upstream's authority as 'ca'");
    }

    private Set<X509Certificate> authorities() {
        List<String> names = tls.texts("ca");
        if (tls.loading.isUnset(tls.find("ca"))) {
            tls.missing("ca", "");
        } else if (tls.has("ca") && names.isEmpty()) {
            tls.error("ca", "'ca' names no file", "write the path of a PEM file");
        }
        Set<X509Certificate> authorities = new LinkedHashSet<>();
        names.forEach(name -> read("ca", name, TlsMaterial::certificates).ifPresent(authorities::addAll));
        return authorities;
    }

    private Optional<ClientCertificate> client() {
        Optional<List<X509Certificate>> certificates = read("certificate", TlsMaterial::certificates);
        Optional<PrivateKey> key = read("key", TlsMaterial::privateKey);
        if (tls.has("certificate") != tls.has("key")) {
            String there = tls.has("key") ? "key" : "certificate";
            String missing = tls.has("key") ? "certificate" : "key";
            tls.error(there, "there is no '" + missing + "' beside it", "add the path of the " + missing);
        }
        if (certificates.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        Optional<ClientCertificate> client = ClientCertificate.of(certificates.get(), key.get());
        if (client.isEmpty()) {
            tls.error(
                    "certificate",
                    "no certificate in it belongs to 'key'",
                    "name the one that was issued for this key");
        }
        return client;
    }

    private <T> Optional<T> read(String key, FileReader<T> reader) {
        Optional<String> name = tls.text(key);
        if (tls.has(key)) {
            tls.missing(key, "");
        }
        return name.flatMap(text -> read(key, text, reader));
    }

    private <T> Optional<T> read(String key, String name, FileReader<T> reader) {
        if (CONTENT.matcher(name).matches()) {
            tls.error(key, "'" + key + "' is the content of a file", "save it as a PEM file, and write its path");
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(tls.loading.file(name)));
        } catch (TlsFileException e) {
            tls.error(key, e.detail(), e.remedy());
        } catch (InvalidPathException e) {
            tls.error(key, "'" + key + "' is not a path: " + e.getReason(), "write the path of a PEM file");
        }
        return Optional.empty();
    }

    @FunctionalInterface
    private interface FileReader<T> {
        T read(Path file) throws TlsFileException;
    }
}
