/**
 * A client of Weir's HTTP API, for browsers, Node 18 and other platforms with `fetch`. It has no dependencies.
 *
 *     import { run } from 'https://weir.example/weir-client.js';
 *
 *     for await (const chunk of run({ prompt: 'Once upon a time' })) {
 *       output.append(chunk);
 *     }
 *
 *     const story = await run({ prompt: 'Once upon a time' }, { signal, onChunk: (chunk) => output.append(chunk) });
 *
 * A run continues after a lost connection, without lost or repeated characters. Aborting its signal or leaving its loop
 * cancels it on the server.
 *
 * How a run resumes: the response stream of a POST has no ids, and the server cancels a run when its client
 * disconnects. Therefore the run is started by a POST that does not wait for completion. Its chunks are read from
 * `tasks/{id}/events`, where each event is one chunk as JSON with its number. An event counts as received only with
 * the empty line that ends it. After a lost connection the next request sends the last number in `Last-Event-ID` and
 * gets the events after it. If the server no longer keeps them, the rest is cut from the task's whole output.
 *
 * weir-client.d.ts has the types of all exports.
 */

const RECONNECT_FOR_MILLIS = 60_000;
const FIRST_PAUSE_MILLIS = 250;
const LONGEST_PAUSE_MILLIS = 5_000;
/** The server sends a heartbeat after 15 s without data; a connection without data for three such times is broken. */
const DEAD_AFTER_MILLIS = 45_000;
const ASK_FOR_END_EVERY_MILLIS = 500;
const LONGEST_WITHOUT_A_TASK_MILLIS = 8;
const PASSING_STATUSES = new Set([408, 425, 429, 502, 503, 504]);

/** A failure, with the members of RFC 9457 if the server sent them. */
export class Problem extends Error {
  name = 'Problem';

  constructor({ title, detail = '', status = 0, type = '', taskId = '', errors = [], retryAfterSeconds }, options) {
    super(detail || title, options);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.type = type;
    this.taskId = taskId;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Runs a workflow on the server that this module comes from; see {@link WeirClient#run}. */
export function run(input, options = {}) {
  return new WeirClient(options).run(input, options);
}

/** A client of one server. */
export class WeirClient {
  #base;
  #headers;
  #fetch;

  /**
   * Creates a client.
   *
   * @param options `baseUrl`: the address of the API, by default `api/` beside this module; `headers`: headers of
   *   every request, such as `{ Authorization: 'Bearer …' }`, or a function that returns them; `fetch`: another
   *   implementation
   */
  constructor({ baseUrl = new URL('api/', import.meta.url), headers = {}, fetch = globalThis.fetch } = {}) {
    this.#base = new URL(baseUrl, globalThis.document?.baseURI ?? import.meta.url);
    this.#base.pathname = this.#base.pathname.replace(/\/*$/, '/');
    // Synchronous, so that a page that is being closed can still cancel its run.
    this.#headers = typeof headers === 'function' ? headers : () => headers;
    this.#fetch = (...request) => fetch(...request);
  }

  /** Returns the address of a path in the API, such as `workflows`. */
  url(path) {
    return new URL(path, this.#base);
  }

  /** Returns the workflows that can be run, with their inputs and outputs. */
  async workflows(options) {
    return readJson(await this.request('workflows?include_schema=true', options));
  }

  /**
   * Resolves to the health when the server is ready. Rejects with a {@link Problem} that names what the server waits
   * for.
   */
  async health(options) {
    return readJson(await this.request('health', { cache: 'no-store', ...options }));
  }

  /** Returns a task: `{task_id, status, output?, error?}`. */
  async task(id, options) {
    return readJson(await this.request(`tasks/${encodeURIComponent(id)}`, { cache: 'no-store', ...options }));
  }

  /** Cancels a task. Does nothing if it has ended or is unknown. */
  async cancel(id) {
    await this.request(`tasks/${encodeURIComponent(id)}`, { method: 'DELETE', keepalive: true }).catch(() => {});
  }

  /**
   * Returns a run of a workflow. The run starts when it is first awaited or iterated.
   *
   * @param input the values by name; Files and Blobs are uploaded
   */
  run(input, options = {}) {
    return new WorkflowRun(this, input, options);
  }

  /** Sends a request. Returns a successful response; otherwise throws a {@link Problem}. */
  async request(path, { signal, headers, ...options } = {}) {
    const all = new Headers(this.#headers());
    new Headers(headers).forEach((value, name) => all.set(name, value));
    let response;
    try {
      response = await this.#fetch(this.url(path), { credentials: 'same-origin', headers: all, signal, ...options });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Problem(
        {
          title: 'The server cannot be reached',
          detail: 'Check that the server is running and that the network is connected.',
        },
        { cause },
      );
    }
    if (!response.ok) {
      throw await refusal(response);
    }
    return response;
  }
}

/** A run: iterate over it for its chunks, or await it for its whole output. */
export class WorkflowRun {
  #client;
  #input;
  #options;
  #chunks;
  #aborted = new AbortController();
  #cancelled = false;
  #text = true;
  #received = 0;
  #characters = 0;
  #lastEventId = '';
  #taskId = '';

  constructor(client, input, options) {
    this.#client = client;
    this.#input = input;
    this.#options = options;
  }

  /** The id of the task; empty until the server has accepted the run. */
  get taskId() {
    return this.#taskId;
  }

  [Symbol.asyncIterator]() {
    if (this.#chunks) {
      throw new TypeError('The run is being read or has been read already: start another run.');
    }
    this.#chunks = this.#read();
    return this.#chunks;
  }

  /**
   * The whole output: a text if all chunks are texts, the chunk if there is only one, otherwise a list of the chunks.
   */
  then(onFulfilled, onRejected) {
    return this.#collect().then(onFulfilled, onRejected);
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(onFinally) {
    return this.#collect().finally(onFinally);
  }

  /** Cancels the run on the server. Its iteration ends with an AbortError. */
  cancel() {
    this.#aborted.abort(new DOMException('The run was cancelled.', 'AbortError'));
  }

  async #collect() {
    const chunks = [];
    for await (const chunk of this) {
      chunks.push(chunk);
    }
    if (chunks.every((chunk) => typeof chunk === 'string')) {
      return chunks.join('');
    }
    return chunks.length === 1 ? chunks[0] : chunks;
  }

  async *#read() {
    const { signal, onChunk, resume = true } = this.#options;
    const abort = () => this.#aborted.abort(signal.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) {
      abort();
    }
    // Sent synchronously at the abort: a page that is being closed runs no later code.
    const cancel = () => this.#cancelOnce();
    this.#aborted.signal.addEventListener('abort', cancel);
    let ended = false;
    try {
      for await (const chunk of resume ? this.#resumable() : this.#streamed()) {
        this.#aborted.signal.throwIfAborted();
        this.#received++;
        this.#text &&= typeof chunk === 'string';
        this.#characters += this.#text ? chunk.length : 0;
        onChunk?.(chunk);
        yield chunk;
      }
      ended = true;
    } catch (failure) {
      ended = failure instanceof Problem && failure.ended === true;
      // After an abort the caller gets the abort's reason, not the error of the transport.
      this.#aborted.signal.throwIfAborted();
      throw failure instanceof BrokenConnection ? asProblem(failure) : failure;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#aborted.signal.removeEventListener('abort', cancel);
      if (!ended) {
        this.#cancelOnce();
      }
    }
  }

  /** Not awaited: leaving a loop must not wait for the server. */
  #cancelOnce() {
    if (this.#taskId && !this.#cancelled) {
      this.#cancelled = true;
      this.#client.cancel(this.#taskId);
    }
  }

  // ------------------------------------------------------------------ one response on one connection

  /**
   * The response of a POST that waits for completion. The workflow decides the format. The server cancels the run
   * when the connection ends.
   */
  async *#streamed() {
    const { wire = 'auto' } = this.#options;
    const response = await this.#post(true, this.#aborted.signal);
    const type = mediaType(response);
    this.#accepted(response.headers.get('X-Task-Id') ?? '');
    if (type === 'text/event-stream') {
      for await (const event of eventsOf(response.body)) {
        if (event.type === 'error') {
          throw ending(problemOf(parseOr(event.data, { detail: event.data }), 'The run failed'));
        }
        if (event.type === 'message') {
          yield decoded(event.data, wire);
        }
      }
    } else if (isJson(type)) {
      yield readJson(response);
    } else if (type.startsWith('text/')) {
      yield unbroken(response.text());
    } else {
      yield new Blob([await unbroken(response.blob())], { type });
    }
  }

  // ------------------------------------------------------------------ a task and its events, over several connections

  async *#resumable() {
    const { signal } = this.#aborted;
    await this.#start();
    let brokenSince = 0;
    let failures = 0;
    for (;;) {
      try {
        for await (const chunk of this.#events()) {
          brokenSince = 0;
          failures = 0;
          yield chunk;
        }
        return;
      } catch (failure) {
        signal.throwIfAborted();
        if (failure instanceof Problem && failure.status === 410) {
          yield* this.#restOfOutput();
          return;
        }
        brokenSince ||= performance.now();
        const { reconnectFor = RECONNECT_FOR_MILLIS } = this.#options;
        if (!isPassing(failure) || performance.now() - brokenSince > reconnectFor) {
          throw failure;
        }
        this.#options.onReconnect?.(++failures);
        await pause(pauseMillis(failures, failure), signal);
      }
    }
  }

  /**
   * Starts the run. An abort does not interrupt this request, since the run would go on without a known id. It is
   * cancelled when the id is known.
   */
  async #start() {
    const { signal } = this.#aborted;
    signal.throwIfAborted();
    const starting = this.#post(false).then(readJson);
    await untilAborted(starting, signal).catch((failure) => {
      if (signal.aborted) {
        starting.then(({ task_id: id }) => this.#client.cancel(id)).catch(() => {});
      }
      throw failure;
    });
    this.#accepted((await starting).task_id);
  }

  /** The chunks of one connection. Returns only when the run has completed. */
  async *#events() {
    const { deadAfter = DEAD_AFTER_MILLIS } = this.#options;
    const connection = new AbortController();
    const abort = () => connection.abort(this.#aborted.signal.reason);
    this.#aborted.signal.addEventListener('abort', abort);
    let watch;
    const alive = () => {
      clearTimeout(watch);
      const silent = `The connection delivered no data (deadAfter, ${deadAfter} ms).`;
      watch = setTimeout(() => connection.abort(new BrokenConnection(silent)), deadAfter);
    };
    alive();
    try {
      const response = await this.#client.request(`tasks/${encodeURIComponent(this.#taskId)}/events`, {
        headers: { Accept: 'text/event-stream', ...(this.#lastEventId && { 'Last-Event-ID': this.#lastEventId }) },
        cache: 'no-store',
        signal: connection.signal,
      });
      if (response.status === 204) {
        return; // All events have been received, the end too.
      }
      for await (const event of eventsOf(response.body, alive)) {
        if (event.type === 'done') {
          return;
        }
        if (event.type === 'error') {
          const problem = problemOf(parseOr(event.data, { detail: event.data }), 'The run failed');
          // The run's end has an id. An error without an id belongs to this connection, and a retry may succeed.
          throw event.id !== 'end' && isPassing(problem) ? problem : ending(problem);
        }
        if (event.type === 'message' && !this.#has(event.id)) {
          this.#lastEventId = event.id;
          yield JSON.parse(event.data);
        }
      }
      throw new BrokenConnection('The stream ended before the run ended.');
    } finally {
      clearTimeout(watch);
      this.#aborted.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  /** True for an event that has been received before: numbers only grow. */
  #has(id) {
    return this.#lastEventId !== '' && Number(id) <= Number(this.#lastEventId);
  }

  /** The rest of the output of a task with removed events, when the task has ended. */
  async *#restOfOutput() {
    const { signal } = this.#aborted;
    for (;;) {
      const { status, output, error } = await this.#client.task(this.#taskId, { signal });
      if (status === 'completed') {
        if (typeof output === 'string' && this.#text) {
          yield output.slice(this.#characters);
        } else {
          yield* Array.isArray(output) ? output.slice(this.#received) : [output];
        }
        return;
      }
      if (status === 'failed' || status === 'cancelled') {
        throw ending(problemOf(error, 'The run failed'));
      }
      await pause(ASK_FOR_END_EVERY_MILLIS, signal);
    }
  }

  #accepted(taskId) {
    this.#taskId = taskId;
    this.#options.onTask?.(taskId);
  }

  #post(waits, signal) {
    const { workflow } = this.#options;
    return this.#client.request('workflows/runs', {
      method: 'POST',
      ...requestOf({ workflow_id: workflow, output_only: waits, wait_for_completion: waits }, this.#input),
      signal,
    });
  }
}

/**
 * An EventSource for any request, also a POST. It reconnects only where that continues the stream and starts nothing
 * again: for a GET with event ids. Any other stream ends with its connection.
 *
 * At the end of the stream it closes itself and dispatches `end`. A failure dispatches `error` with the property
 * `problem`.
 */
export class WorkflowEventSource extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;

  onopen = null;
  onmessage = null;
  onerror = null;
  onend = null;
  #url;
  #request;
  #fetch;
  #aborted = new AbortController();
  #lastEventId = '';
  #readyState = WorkflowEventSource.CONNECTING;

  constructor(url, options = {}) {
    super();
    const { method = 'GET', headers = {}, body, withCredentials = false, fetch = globalThis.fetch } = options;
    this.#url = new URL(url, globalThis.document?.baseURI).href;
    this.#request = { method, headers, body, credentials: withCredentials ? 'include' : 'same-origin' };
    this.#fetch = (...request) => fetch(...request);
    this.#follow();
  }

  get url() {
    return this.#url;
  }

  get readyState() {
    return this.#readyState;
  }

  /** Closes the stream. This cancels a run that a POST has started. */
  close() {
    this.#readyState = WorkflowEventSource.CLOSED;
    this.#aborted.abort();
  }

  async #follow() {
    for (let failures = 0; ; ) {
      try {
        for await (const event of this.#events()) {
          failures = 0;
          this.#tell(event);
        }
        this.#closeWith(new Event('end'));
        return;
      } catch (failure) {
        if (this.#readyState === WorkflowEventSource.CLOSED) {
          return;
        }
        const continues = this.#request.method === 'GET' && this.#lastEventId !== '' && isPassing(failure);
        const event = Object.assign(new Event('error'), { problem: asProblem(failure) });
        if (!continues) {
          this.#closeWith(event);
          return;
        }
        this.#readyState = WorkflowEventSource.CONNECTING;
        this.#dispatch(event);
        await pause(pauseMillis(++failures, failure), this.#aborted.signal).catch(() => {});
      }
    }
  }

  async *#events() {
    const { signal } = this.#aborted;
    const headers = new Headers(this.#request.headers);
    headers.set('Accept', 'text/event-stream');
    if (this.#lastEventId) {
      headers.set('Last-Event-ID', this.#lastEventId);
    }
    const response = await this.#fetch(this.#url, { ...this.#request, headers, cache: 'no-store', signal }).catch(
      throwBroken,
    );
    if (!response.ok) {
      throw await refusal(response);
    }
    if (response.status === 204) {
      return;
    }
    if (mediaType(response) !== 'text/event-stream') {
      response.body?.cancel();
      throw new Problem({
        title: 'The answer is not an event stream',
        detail: `The content type must be text/event-stream, was '${mediaType(response)}': check the URL.`,
      });
    }
    this.#readyState = WorkflowEventSource.OPEN;
    this.#dispatch(new Event('open'));
    yield* eventsOf(response.body);
  }

  #tell({ type, data, id }) {
    this.#lastEventId = id;
    if (type === 'error') {
      throw ending(problemOf(parseOr(data, { detail: data }), 'The run failed'));
    }
    this.#dispatch(new MessageEvent(type, { data, lastEventId: id, origin: new URL(this.#url).origin }));
  }

  #closeWith(event) {
    this.#readyState = WorkflowEventSource.CLOSED;
    this.#aborted.abort();
    this.#dispatch(event);
  }

  #dispatch(event) {
    if (['open', 'message', 'error', 'end'].includes(event.type)) {
      this[`on${event.type}`]?.call(this, event);
    }
    this.dispatchEvent(event);
  }
}

// ---------------------------------------------------------------------------------------------- the event stream

/**
 * An incremental parser of the event stream format (WHATWG HTML, 9.2.6). It takes text that is cut anywhere and
 * returns complete events. Each character is read once, so that a long line in many pieces costs no more than in one.
 */
export class EventStreamParser {
  #line = [];
  #atStart = true;
  #afterCarriageReturn = false;
  #type = '';
  #data = [];
  #lastEventId = '';
  #retryMillis = null;

  /** The id of the last complete event, for `Last-Event-ID`. */
  get lastEventId() {
    return this.#lastEventId;
  }

  /** The reconnection time that the stream has set, in milliseconds; otherwise null. */
  get retryMillis() {
    return this.#retryMillis;
  }

  /** True inside an event. At the end of a stream this means that the stream was cut. */
  get insideEvent() {
    return this.#line.length > 0 || this.#data.length > 0;
  }

  /** Takes the next piece of the stream, including a byte order mark. Returns the events that it completes. */
  push(text) {
    const events = [];
    let start = 0;
    if (this.#atStart && text !== '') {
      this.#atStart = false;
      start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    }
    if (this.#afterCarriageReturn && start < text.length) {
      this.#afterCarriageReturn = false;
      start += text[start] === '\n' ? 1 : 0;
    }
    const lineEnd = /\r\n|\n|\r/g;
    lineEnd.lastIndex = start;
    for (let match = lineEnd.exec(text); match; match = lineEnd.exec(text)) {
      this.#line.push(text.slice(start, match.index));
      start = lineEnd.lastIndex;
      // The LF of this line end may be the first character of the next piece.
      this.#afterCarriageReturn = match[0] === '\r' && start === text.length;
      this.#endLine(this.#line.length === 1 ? this.#line[0] : this.#line.join(''), events);
      this.#line = [];
    }
    if (start < text.length) {
      this.#line.push(text.slice(start));
    }
    return events;
  }

  #endLine(line, events) {
    if (line === '') {
      this.#endEvent(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      return; // a comment
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'data':
        this.#data.push(value);
        break;
      case 'event':
        this.#type = value;
        break;
      case 'id':
        if (!value.includes('\0')) {
          this.#lastEventId = value;
        }
        break;
      case 'retry':
        if (/^[0-9]+$/.test(value)) {
          this.#retryMillis = Number(value);
        }
        break;
      default: // the standard ignores unknown fields
    }
  }

  #endEvent(events) {
    if (this.#data.length > 0) {
      events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.#lastEventId });
      this.#data = [];
    }
    this.#type = '';
  }
}

/** A connection that ended before its stream. */
export class BrokenConnection extends Error {
  name = 'BrokenConnection';
}

/**
 * Yields the events of a response's body as they arrive. Leaving the loop early cancels the request.
 *
 * @param onRead called for each piece that arrives, heartbeats included
 * @throws {BrokenConnection} if the body breaks off or ends inside an event
 */
export async function* eventsOf(body, onRead) {
  const reader = body.getReader();
  // The parser removes the byte order mark, and only at the very start, as the standard says.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parser = new EventStreamParser();
  let lastTaskAt = performance.now();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(throwBroken);
      onRead?.();
      for (const event of parser.push(done ? decoder.decode() : decoder.decode(value, { stream: true }))) {
        yield event;
        if (performance.now() - lastTaskAt > LONGEST_WITHOUT_A_TASK_MILLIS) {
          await nextTask();
          lastTaskAt = performance.now();
        }
      }
      if (done) {
        break;
      }
    }
    if (parser.insideEvent) {
      throw new BrokenConnection('The stream ended inside an event.');
    }
  } finally {
    // No effect on a stream that has ended; a failed one has thrown above.
    reader.cancel().catch(() => {});
  }
}

function throwBroken(cause) {
  if (cause?.name === 'AbortError' || cause instanceof BrokenConnection) {
    throw cause;
  }
  throw new BrokenConnection('The connection broke.', { cause });
}

/**
 * Lets the page paint and handle input. Reads of a fast stream complete at once, in microtasks, which run before
 * both. A timeout would run only once a minute in a hidden page.
 */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

// ---------------------------------------------------------------------------------------------- requests

/** Returns headers and body of a run request: JSON, or a form if the input contains a file. */
function requestOf(members, input = {}) {
  const files = [];
  const rest = withoutFiles(input, 'input', files);
  if (files.length === 0) {
    return {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...members, input: rest }),
    };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) {
      form.append(name, String(value));
    }
  }
  form.append('input', new Blob([JSON.stringify(rest)], { type: 'application/json' }));
  for (const [name, file] of files) {
    // The server reads a part of the type application/json as a value, not as a file.
    const content = file.type === 'application/json' ? new Blob([file], { type: 'application/octet-stream' }) : file;
    form.append(name, content, file.name || 'file');
  }
  return { body: form };
}

function withoutFiles(value, name, files) {
  if (value instanceof Blob) {
    files.push([name, value]);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((element) => withoutFiles(element, `${name}[]`, files)).filter((element) => element !== undefined);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, withoutFiles(member, `${name}[${key}]`, files)]),
    );
  }
  return value;
}

function decoded(data, wire) {
  // A stream without a declared format is JSON or an upstream's text. A bare number may be text with significant
  // spaces.
  const json = wire === 'sse-json' || (wire === 'auto' && /^["{[]/.test(data));
  return json ? parseOr(data, data) : data;
}

async function refusal(response) {
  const text = await response.text().catch(() => '');
  const members = isJson(mediaType(response)) ? parseOr(text, {}) : {};
  const problem = problemOf(members, response.statusText || `Status ${response.status}`);
  problem.status = response.status;
  problem.taskId ||= response.headers.get('X-Task-Id') ?? '';
  problem.retryAfterSeconds = retryAfterSeconds(response.headers.get('Retry-After'));
  return problem;
}

function problemOf(members, fallbackTitle) {
  const { title, detail, status, type, task_id: taskId, errors, ...others } = members ?? {};
  const problem = new Problem({
    title: String(title || fallbackTitle),
    detail: String(detail ?? ''),
    status: Number(status) || 0,
    type: String(type ?? ''),
    taskId: String(taskId ?? ''),
    errors: Array.isArray(errors) ? errors : [],
  });
  problem.members = others;
  return problem;
}

/** Marks a problem as the end of the run: nothing is left to cancel or to retry. */
function ending(problem) {
  problem.ended = true;
  return problem;
}

function asProblem(failure) {
  return failure instanceof Problem
    ? failure
    : new Problem(
        { title: 'The connection broke', detail: 'The answer ended before it was complete: retry the request.' },
        { cause: failure },
      );
}

/** True if a retry may succeed. */
function isPassing(failure) {
  if (failure instanceof Problem) {
    return !failure.ended && (failure.status === 0 || PASSING_STATUSES.has(failure.status));
  }
  return failure instanceof BrokenConnection;
}

function pauseMillis(failures, failure) {
  const doubled = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (failures - 1));
  // Random, so that clients with simultaneous failures do not reconnect simultaneously.
  return failure.retryAfterSeconds ? failure.retryAfterSeconds * 1000 : doubled * (0.5 + Math.random() / 2);
}

function pause(millis, signal) {
  return untilAborted(new Promise((resolve) => setTimeout(resolve, millis)), signal);
}

async function untilAborted(promise, signal) {
  let abort;
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    if (signal.aborted) {
      abort();
    }
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Returns the seconds of Retry-After, which holds seconds or a date. */
function retryAfterSeconds(header) {
  if (!header) {
    return undefined;
  }
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}

async function readJson(response) {
  const text = await unbroken(response.text());
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(
      {
        title: 'The server’s answer cannot be read',
        detail: 'The answer is not valid JSON: check the address of the API and the proxies.',
      },
      { cause },
    );
  }
}

/** A body that fails during the read was cut between the server and here: it is never complete. */
async function unbroken(reading) {
  try {
    return await reading;
  } catch (cause) {
    throw cause?.name === 'AbortError' ? cause : asProblem(cause);
  }
}

function mediaType(response) {
  return (response.headers.get('Content-Type') ?? '').split(';', 1)[0].trim().toLowerCase();
}

const isJson = (type) => type === 'application/json' || type.endsWith('+json');

function parseOr(text, fallback) {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}
