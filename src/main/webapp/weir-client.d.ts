/** Types of weir-client.js. */

/** Any value of JSON, and in an input also a file. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Input = Json | Blob | Input[] | { [key: string]: Input };

/** What a workflow takes or gives. */
export interface Variable {
  /** Null where it is the whole input or output. */
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
  /** Sent with every request, such as the caller's key; a function is asked at each. */
  headers?: HeadersInit | (() => HeadersInit);
  fetch?: typeof fetch;
}

export interface RunOptions {
  /** A workflow's id; without it the default workflow runs. */
  workflow?: string;
  /** Aborting it cancels the run on the server. */
  signal?: AbortSignal;
  /** Called with each chunk, before whoever loops over the run has it. */
  onChunk?: (chunk: Json | Blob) => void;
  /** Called with the task's id as soon as the server has accepted the run. */
  onTask?: (taskId: string) => void;
  /** Called before each attempt to go on after the connection broke; `attempt` is 1 for the first. */
  onReconnect?: (attempt: number) => void;
  /**
   * Whether the run outlives its connection (true). Without it the output comes in the response of one POST, which the
   * server produces only as fast as it is read, and whose end ends the run.
   */
  resume?: boolean;
  /** The wire of a run that is not resumed, where the workflow declares one. */
  wire?: 'sse-text' | 'sse-json' | 'auto';
  /** Milliseconds without any event after which a broken run is given up (60 000). */
  reconnectFor?: number;
  /** Milliseconds of complete silence after which a connection counts as broken (45 000). */
  deadAfter?: number;
}

/** Runs a workflow of the server that the module came from. */
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

/** A run that begins when it is looped over or awaited, once. Failures are of type {@link Problem}. */
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
  /** The stream has ended and is complete. */
  onend: ((event: Event) => void) | null;
  close(): void;
}

/** What went wrong, as of RFC 9457. */
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
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  type: string;
  taskId: string;
  /** The values that an input must not have, each by a JSON Pointer into the request. */
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
