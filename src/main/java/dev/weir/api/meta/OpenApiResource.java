package dev.weir.api.meta;

import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The OpenAPI document with this server's address. Also available on servers without MicroProfile OpenAPI. */
@Path("openapi.yaml")
@ApplicationScoped
public class OpenApiResource {
    static final String FILE = "/META-INF/openapi.yaml";

    private static final String ADDRESS = "  - url: /api\n";

    @Inject
    private Workflows workflows;

    /** The document, in OpenAPI 3.0. */
    @GET
    @Produces("application/yaml")
    public byte[] description(@Context HttpServletRequest request) throws IOException {
        String address = request.getContextPath() + workflows.controller().basePath();
        return at(address.isEmpty() ? "/" : address);
    }

    static byte[] at(String address) throws IOException {
        try (InputStream file = Objects.requireNonNull(OpenApiResource.class.getResourceAsStream(FILE), FILE)) {
            String description = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return description
                    .replace(ADDRESS, "  - url: '" + address.replace("'", "''") + "'\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
