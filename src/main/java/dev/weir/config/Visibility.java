package dev.weir.config;

import dev.weir.binding.Source;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Which sources exist where a template stands; {@code env} exists everywhere. */
record Visibility(Set<Source> sources) {
    /** Settings that are fixed when the configuration is read. */
    static final Visibility ENVIRONMENT = of();

    static final Visibility WORKFLOW_INPUT = of(Source.INPUT);
    static final Visibility WORKFLOW_OUTPUT = of(Source.OUTPUT, Source.INPUT, Source.JOB_OUTPUT);
    static final Visibility JOB_INPUT = of(Source.INPUT, Source.JOB_OUTPUT);
    static final Visibility JOB_OUTPUT = of(Source.OUTPUT, Source.INPUT, Source.JOB_OUTPUT);
    /** The predicate of a filter job. */
    static final Visibility JOB_ITEM = of(Source.INPUT, Source.JOB_OUTPUT, Source.ITEM, Source.INDEX);

    static final Visibility ACTION_INPUT = of(Source.INPUT);
    static final Visibility HTTP_OUTPUT = of(Source.INPUT, Source.RESPONSE, Source.RESPONSE_CHUNK);
    /** The requests that ask whether an answer is ready. */
    static final Visibility HTTP_POLLING = of(Source.INPUT, Source.RESPONSE);

    /** The state that such a request is answered, and what is made of the last answer. */
    static final Visibility HTTP_POLLED = of(Source.INPUT, Source.RESPONSE, Source.RESULT);

    static final Visibility MODEL_OUTPUT = of(Source.INPUT, Source.RESULT, Source.RESULT_CHUNK);

    private static Visibility of(Source... sources) {
        return new Visibility(EnumSet.of(Source.ENV, sources));
    }

    boolean sees(Source source) {
        return sources.contains(source);
    }

    /** What to write instead of a source that does not exist here. */
    String remedy(Source source) {
        Source twin = switch (source) {
            case RESULT -> Source.RESPONSE;
            case RESPONSE -> Source.RESULT;
            case RESULT_CHUNK -> Source.RESPONSE_CHUNK;
            case RESPONSE_CHUNK -> Source.RESULT_CHUNK;
            default -> source;
        };
        if (sees(twin)) {
            return "write '" + twin + "'";
        }
        if (source == Source.JOB_OUTPUT && sees(Source.INPUT)) {
            return "hand it over in the job's input, and refer to it as 'input'";
        }
        return "what exists here: " + sources.stream().map(Source::toString).collect(Collectors.joining(", "));
    }
}
