package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call. Exactly one of {@code endpoint} and {@code path} is not null.
 *
 * @param method in upper case
 * @param endpoint the whole URL
 * @param path is appended to the component's base URL
 * @param headers the headers of the component and of the action, which has precedence; names as written, unique without
 *     case
 * @param params the query, a mapping
 * @param body the body, encoded by the content type of the headers; null for none
 * @param streamFraming how a stream is divided into parts
 * @param chunkSize the most bytes of a chunk of a {@link StreamFormat#NONE} stream
 * @param completion polls for a result that is ready later; null if the response is the result
 */
public record HttpAction(
        String id,
        boolean isDefault,
        String method,
        @Nullable Template endpoint,
        @Nullable Template path,
        Map<String, Template> headers,
        @Nullable Template params,
        @Nullable Template body,
        StreamFormat streamFormat,
        StreamFraming streamFraming,
        int chunkSize,
        @Nullable PollingConfig completion,
        @Nullable Template output,
        Location location)
        implements ActionConfig {

    public HttpAction {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
