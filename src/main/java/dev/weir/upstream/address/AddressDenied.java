package dev.weir.upstream.address;

import java.io.IOException;

/** A call that may lead to public addresses only would lead elsewhere. The message names the address and what is wrong with it. */
public final class AddressDenied extends IOException {
    private static final long serialVersionUID = 1L;

    public AddressDenied(String what) {
        super(what);
    }
}
