package dev.weir.config.reader;

import dev.weir.binding.Source;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The sources that a template may use at its place; {@code env} exists everywhere. */
record SourceScope(Set<Source> sources) {
    /** Settings that are fixed when the configuration is read. */
    static final SourceScope ENVIRONMENT = of();

    static final SourceScope WORKFLOW_INPUT = ofRun();
    static final SourceScope WORKFLOW_OUTPUT = ofRun(Source.OUTPUT, Source.JOB_OUTPUT);
    static final SourceScope JOB_INPUT = ofRun(Source.JOB_OUTPUT);
    static final SourceScope JOB_OUTPUT = ofRun(Source.OUTPUT, Source.JOB_OUTPUT);
    /** The predicate of a filter job, and the input of the action of a for-each job. */
    static final SourceScope JOB_ITEM = ofRun(Source.JOB_OUTPUT, Source.ITEM, Source.INDEX);

    /** The output of the action of a for-each job. */
    static final SourceScope ITEM_OUTPUT = ofRun(Source.OUTPUT, Source.JOB_OUTPUT, Source.ITEM, Source.INDEX);

    static final SourceScope ACTION_INPUT = ofRun();
    static final SourceScope HTTP_OUTPUT = ofRun(Source.RESPONSE, Source.RESPONSE_CHUNK);
    /** The polling requests. */
    static final SourceScope HTTP_POLLING = ofRun(Source.RESPONSE);

    /** The state in a polled response, and the output of the last one. */
    static final SourceScope HTTP_POLLED = ofRun(Source.RESPONSE, Source.RESULT);

    /** The output of a called workflow. */
    static final SourceScope WORKFLOW_CALL_OUTPUT = ofRun(Source.OUTPUT, Source.RESULT, Source.RESULT_CHUNK);

    static final SourceScope MODEL_OUTPUT = ofRun(Source.RESULT, Source.RESULT_CHUNK);

    /** The input of a run that another API starts. */
    static final SourceScope EXPOSED_INPUT = of(Source.REQUEST);

    /** The output of a run that another API has started. */
    static final SourceScope EXPOSED_OUTPUT = of(Source.REQUEST, Source.OUTPUT);

    private static SourceScope ofRun(Source... sources) {
        SourceScope scope = of(sources);
        scope.sources.add(Source.INPUT);
        scope.sources.add(Source.CONTEXT);
        return scope;
    }

    private static SourceScope of(Source... sources) {
        return new SourceScope(EnumSet.of(Source.ENV, sources));
    }

    /** Returns the keys of {@code context} that exist here. */
    Set<String> contextKeys() {
        return sees(Source.JOB_OUTPUT) ? Set.of("task_id") : Set.of("task_id", "run_id");
    }

    boolean sees(Source source) {
        return source == Source.GATEWAY || sources.contains(source == Source.JOB_ERROR ? Source.JOB_OUTPUT : source);
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
