package dev.weir.upstream.tls;

/** A file of {@link TlsMaterial} that cannot be used. The message names the file and never shows its content. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    TlsFileException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** The problem without its remedy. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The correction that makes the file usable. */
    public String remedy() {
        return remedy;
    }
}
