package dev.weir.upstream.address;

import java.io.IOException;

/**
 * An address that is not public, for a call that may connect to public addresses only. The message names the address and
 * the reason.
 */
public final class AddressDenied extends IOException {
    private static final long serialVersionUID = 1L;

    public AddressDenied(String what) {
        super(what);
    }
}
