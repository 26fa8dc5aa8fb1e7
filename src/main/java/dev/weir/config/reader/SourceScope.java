package dev.weir.config.reader;

import dev.weir.binding.Source;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The sources that a template may use at its place; {@code env} exists everywhere. */
record SourceScope(Set<Source> sources) {
    /** Settings that are fixed when the configuration is read. */
    static final SourceScope ENVIRONMENT = of();

    static final SourceScope WORKFLOW_INPUT = of(Source.INPUT);
    static final SourceScope WORKFLOW_OUTPUT = of(Source.OUTPUT, Source.INPUT, Source.JOB_OUTPUT);
    static final SourceScope JOB_INPUT = of(Source.INPUT, Source.JOB_OUTPUT);
    static final SourceScope JOB_OUTPUT = of(Source.OUTPUT, Source.INPUT, Source.JOB_OUTPUT);
    /** The predicate of a filter job. */
    static final SourceScope JOB_ITEM = of(Source.INPUT, Source.JOB_OUTPUT, Source.ITEM, Source.INDEX);

    static final SourceScope ACTION_INPUT = of(Source.INPUT);
    static final SourceScope HTTP_OUTPUT = of(Source.INPUT, Source.RESPONSE, Source.RESPONSE_CHUNK);
    /** The polling requests. */
    static final SourceScope HTTP_POLLING = of(Source.INPUT, Source.RESPONSE);

    /** The state in a polled response, and the output of the last one. */
    static final SourceScope HTTP_POLLED = of(Source.INPUT, Source.RESPONSE, Source.RESULT);

    static final SourceScope MODEL_OUTPUT = of(Source.INPUT, Source.RESULT, Source.RESULT_CHUNK);

    private static SourceScope of(Source... sources) {
        return new SourceScope(EnumSet.of(Source.ENV, sources));
    }

    boolean sees(Source source) {
        return sources.contains(source);
    }

    /** Returns the remedy for a source that does not exist here. */
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
