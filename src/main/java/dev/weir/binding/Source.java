package dev.weir.binding;

/** Where an expression takes its value from; {@link #toString} is its spelling in the configuration. */
public enum Source {
    /** What the workflow, the job or the component's action was given. */
    INPUT("input"),
    /** What the job or the action has made. */
    OUTPUT("output"),
    /** The whole answer of an HTTP call. */
    RESPONSE("response"),
    /** The whole result of a model. */
    RESULT("result"),
    /** The chunk of an HTTP stream that has just come. */
    RESPONSE_CHUNK("response[]"),
    /** The chunk of a model's stream that has just come. */
    RESULT_CHUNK("result[]"),
    /** The output of a job of the same run, by the job's id. */
    JOB_OUTPUT("jobs"),
    /** An environment variable, by its name. */
    ENV("env"),
    /** The element at hand, in a job that goes through a list. */
    ITEM("item"),
    /** The position of that element, from 0. */
    INDEX("index");

    private final String spelling;

    Source(String spelling) {
        this.spelling = spelling;
    }

    /** True for the two sources that exist once per chunk. */
    public boolean isChunk() {
        return this == RESPONSE_CHUNK || this == RESULT_CHUNK;
    }

    @Override
    public String toString() {
        return spelling;
    }
}
