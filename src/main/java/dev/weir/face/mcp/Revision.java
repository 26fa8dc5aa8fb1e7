package dev.weir.face.mcp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The revisions of the protocol that are spoken, the newest first. */
enum Revision {
    R2026_07_28("2026-07-28"),
    R2025_11_25("2025-11-25"),
    R2025_06_18("2025-06-18");

    /** The versions of all revisions, the newest first. */
    static final List<String> VERSIONS =
            Arrays.stream(values()).map(Revision::version).toList();

    private final String version;

    Revision(String version) {
        this.version = version;
    }

    String version() {
        return version;
    }

    /** True if each request stands alone: there is no {@code initialize}, and each request names version and capabilities. */
    boolean isStateless() {
        return this == R2026_07_28;
    }

    /** The revision of a version; empty if it is not spoken. */
    static Optional<Revision> of(Object version) {
        return Arrays.stream(values())
                .filter(revision -> revision.version.equals(version))
                .findFirst();
    }
}
