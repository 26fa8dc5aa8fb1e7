package dev.weir.api.meta;

import dev.weir.config.schema.ConfigSchema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.InputStream;

/** How a configuration is written, for editors and other tools; it is answered whatever state the configuration is in. */
@Path("schema")
@ApplicationScoped
public class SchemaResource {

    /** The JSON Schema of the configuration. */
    @GET
    @Produces(ConfigSchema.MEDIA_TYPE)
    public InputStream schema() {
        return ConfigSchema.open();
    }
}
