package dev.weir.binding;

/** The source of an expression's value; {@link #toString} is its spelling in the configuration. */
public enum Source {
    /** The input of the workflow, the job or the component's action. */
    INPUT("input"),
    /** The output of the job or the action. */
    OUTPUT("output"),
    /** The whole response of an HTTP call. */
    RESPONSE("response"),
    /** The whole result of a model. */
    RESULT("result"),
    /** The current chunk of an HTTP stream. */
    RESPONSE_CHUNK("response[]"),
    /** The current chunk of a model's stream. */
    RESULT_CHUNK("result[]"),
    /** The output of a job of the same run, by the job's id. */
    JOB_OUTPUT("jobs"),
    /** An environment variable, by its name. */
    ENV("env"),
    /** The current element, in a job that iterates over a list. */
    ITEM("item"),
    /** The position of the current element, from 0. */
    INDEX("index"),
    /** The failure of a job, by the job's id: always null, since a failed job ends its run. */
    JOB_ERROR("jobs.<id>.error"),
    /** The ids of the run and of the call of a component. */
    CONTEXT("context"),
    /** The public address of a gateway of model-compose: always null, since Weir has no gateways. */
    GATEWAY("gateway"),
    /** The body of a request to another API, such as OpenAI's. */
    REQUEST("request");

    private final String spelling;

    Source(String spelling) {
        this.spelling = spelling;
    }

    /** True for the two sources that exist once per chunk. */
    public boolean isChunk() {
        return this == RESPONSE_CHUNK || this == RESULT_CHUNK;
    }

    /** True for the sources of model-compose that have no value here. */
    public boolean isAlwaysNull() {
        return this == JOB_ERROR || this == GATEWAY;
    }

    @Override
    public String toString() {
        return spelling;
    }
}
