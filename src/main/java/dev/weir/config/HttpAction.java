package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call. Exactly one of {@code endpoint} and {@code path} is there.
 *
 * @param method in upper case
 * @param endpoint the whole URL
 * @param path what is appended to the component's base URL
 * @param headers those of the component and of the action, which wins; names as written, unique whatever their case
 * @param params the query, a mapping
 * @param body what is sent, by the content type of the headers; null for nothing
 * @param streamFraming how the parts of a stream are told apart
 * @param chunkSize how many bytes at most a chunk of a {@link StreamFormat#NONE} stream has
 * @param completion how to wait for an answer that comes later; null if the answer is the response
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
