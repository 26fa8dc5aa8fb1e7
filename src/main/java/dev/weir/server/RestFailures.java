package dev.weir.server;

/** Failures that a server's JAX-RS implementation throws besides those of the specification. */
public final class RestFailures {
    private static final String RESTEASY = "org.jboss.resteasy.spi.Failure";
    private static final int INTERNAL_ERROR = 500;

    private RestFailures() {}

    /** The HTTP status that a failure of RESTEasy's own family names; 500 for every other failure. */
    public static int status(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(RESTEASY)) {
                try {
                    return (int) type.getMethod("getErrorCode").invoke(failure);
                } catch (ReflectiveOperationException e) {
                    return INTERNAL_ERROR;
                }
            }
        }
        return INTERNAL_ERROR;
    }
}
