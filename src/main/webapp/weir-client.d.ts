/** Types of weir-client.js. */

/** Any JSON value; an input may also contain files. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Input = Json | Blob | Input[] | { [key: string]: Input };

/** An input or output of a workflow. */
export interface Variable {
  /** Null if the variable is the whole input or output. */
  name: string | null;
  type: string;
  subtype?: string;
  format?: string;
  default?: Json;
  required?: true;
  options?: string[];
  minimum?: number;
  maximum?: number;
  step?: number;
  annotations?: Record<string, string>;
}

export interface Workflow {
  workflow_id: string;
  title: string | null;
  description: string | null;
  default: boolean;
  input?: Variable[];
  output?: Variable[];
}

export interface Task {
  task_id: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  output?: Json;
  error?: { title?: string; detail: string; status?: number };
}

export interface ClientOptions {
  /** The API's address; by default `api/` beside the module. */
  baseUrl?: string | URL;
  /** Headers of every request, such as the caller's key; a function is called for each request. */
  headers?: HeadersInit | (() => HeadersInit);
  fetch?: typeof fetch;
}

export interface RunOptions {
  /** A workflow's id; without it the default workflow runs. */
  workflow?: string;
  /** Aborting it cancels the run on the server. */
  signal?: AbortSignal;
  /** Called with each chunk, before the iteration yields it. */
  onChunk?: (chunk: Json | Blob) => void;
  /** Called with the task's id as soon as the server has accepted the run. */
  onTask?: (taskId: string) => void;
  /** Called before each reconnection attempt; `attempt` is 1 for the first after a break. */
  onReconnect?: (attempt: number) => void;
  /**
   * True (default): the run continues after a lost connection. False: the output is the response of one POST. The
   * server produces it only as fast as it is read, and cancels the run when the connection ends.
   */
  resume?: boolean;
  /** The format of a run that is not resumed, if the workflow declares one. */
  wire?: 'sse-text' | 'sse-json' | 'auto';
  /** Milliseconds of failed reconnection after which the run fails (60 000). */
  reconnectFor?: number;
  /** Milliseconds without any data after which a connection counts as broken (45 000). */
  deadAfter?: number;
}

/** Runs a workflow on the server that the module comes from. */
export function run(input?: Input, options?: RunOptions & ClientOptions): WorkflowRun;

export class WeirClient {
  constructor(options?: ClientOptions);
  url(path: string): URL;
  workflows(options?: RequestInit): Promise<Workflow[]>;
  health(options?: RequestInit): Promise<{ status: 'ok'; failed?: Record<string, string> }>;
  task(id: string, options?: RequestInit): Promise<Task>;
  cancel(id: string): Promise<void>;
  run(input?: Input, options?: RunOptions): WorkflowRun;
  /** @throws {Problem} for every status that is not a success */
  request(path: string, options?: RequestInit): Promise<Response>;
}

/** A run that starts when it is first iterated or awaited. Failures are of type {@link Problem}. */
export class WorkflowRun implements AsyncIterable<Json | Blob>, PromiseLike<Json | Blob | (Json | Blob)[]> {
  private constructor();
  readonly taskId: string;
  [Symbol.asyncIterator](): AsyncGenerator<Json | Blob, void, void>;
  then: Promise<Json | Blob | (Json | Blob)[]>['then'];
  catch: Promise<Json | Blob | (Json | Blob)[]>['catch'];
  finally: Promise<Json | Blob | (Json | Blob)[]>['finally'];
  cancel(): void;
}

export interface EventSourceOptions {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit;
  withCredentials?: boolean;
  fetch?: typeof fetch;
}

export class WorkflowEventSource extends EventTarget {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  constructor(url: string | URL, options?: EventSourceOptions);
  readonly url: string;
  readonly readyState: 0 | 1 | 2;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event & { problem: Problem }) => void) | null;
  /** Called when the stream has ended and is complete. */
  onend: ((event: Event) => void) | null;
  close(): void;
}

/** A failure, with the members of RFC 9457. */
export class Problem extends Error {
  constructor(
    members: {
      title: string;
      detail?: string;
      status?: number;
      type?: string;
      taskId?: string;
      errors?: Problem['errors'];
      retryAfterSeconds?: number;
    },
    options?: ErrorOptions,
  );
  title: string;
  detail: string;
  /** The HTTP status; 0 without a response. */
  status: number;
  type: string;
  taskId: string;
  /** The invalid input values, each with a JSON Pointer into the request. */
  errors: { pointer: string; detail: string }[];
  retryAfterSeconds?: number;
}

export class BrokenConnection extends Error {}

export interface ServerSentEvent {
  type: string;
  data: string;
  id: string;
}

export class EventStreamParser {
  push(text: string): ServerSentEvent[];
  readonly lastEventId: string;
  readonly retryMillis: number | null;
  readonly insideEvent: boolean;
}

export function eventsOf(body: ReadableStream<Uint8Array>, onRead?: () => void): AsyncGenerator<ServerSentEvent>;
