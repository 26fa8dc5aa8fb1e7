package dev.weir.api.meta;

import dev.weir.config.schema.ConfigSchema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.InputStream;

/** The schema of the configuration, for editors and other tools. It is available in each state of the configuration. */
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
