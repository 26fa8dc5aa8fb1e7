/**
 * A client of Weir's HTTP API, for browsers, Node 18 and whatever else has `fetch`. It needs nothing beside it.
 *
 *     import { run } from 'https://weir.example/weir-client.js';
 *
 *     for await (const chunk of run({ prompt: 'Once upon a time' })) {
 *       output.append(chunk);
 *     }
 *
 *     const story = await run({ prompt: 'Once upon a time' }, { signal, onChunk: (chunk) => output.append(chunk) });
 *
 * A run goes on when the connection drops, without a lost or doubled character. Aborting its signal, or leaving its loop,
 * cancels it on the server.
 *
 * How it resumes: the stream that answers a POST has no ids, and the server ends a run whose client has gone. So the run is
 * started by a POST that does not wait for completion, and its chunks are read from `tasks/{id}/events`, where each event is
 * one chunk as JSON and carries its number. An event counts as received only when the empty line that ends it is there; when
 * the connection breaks, the next one says the last such number in `Last-Event-ID` and is sent what follows it. Should the
 * server keep the missing events no more, the rest is cut from the task's whole output.
 *
 * weir-client.d.ts has the types of all that is exported here.
 */

const RECONNECT_FOR_MILLIS = 60_000;
const FIRST_PAUSE_MILLIS = 250;
const LONGEST_PAUSE_MILLIS = 5_000;
/** The server breaks every silence of 15 seconds; a connection that is silent for three of them is dead. */
const DEAD_AFTER_MILLIS = 45_000;
const ASK_FOR_END_EVERY_MILLIS = 500;
const LONGEST_WITHOUT_A_TASK_MILLIS = 8;
const PASSING_STATUSES = new Set([408, 425, 429, 502, 503, 504]);

/** What went wrong, in the terms of RFC 9457 where the server gave them. */
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

/** Runs a workflow of the server that this module came from; see {@link WeirClient#run}. */
export function run(input, options = {}) {
  return new WeirClient(options).run(input, options);
}

/** One server. */
export class WeirClient {
  #base;
  #headers;
  #fetch;

  /**
   * @param options `baseUrl` of the API, by default `api/` beside this module; `headers` of every request, such as
   *   `{ Authorization: 'Bearer …' }`, or a function that gives them; and another `fetch`
   */
  constructor({ baseUrl = new URL('api/', import.meta.url), headers = {}, fetch = globalThis.fetch } = {}) {
    this.#base = new URL(baseUrl, globalThis.document?.baseURI ?? import.meta.url);
    this.#base.pathname = this.#base.pathname.replace(/\/*$/, '/');
    // Asked at once and not awaited: a page that is left cancels its run, and nothing that waits for anything runs then.
    this.#headers = typeof headers === 'function' ? headers : () => headers;
    this.#fetch = (...request) => fetch(...request);
  }

  /** The address of something in the API, such as `workflows`. */
  url(path) {
    return new URL(path, this.#base);
  }

  /** What can be run, with what each workflow takes and gives. */
  async workflows(options) {
    return readJson(await this.request('workflows?include_schema=true', options));
  }

  /** Resolves to what the health check says when the server is ready, and is rejected with what it waits for. */
  async health(options) {
    return readJson(await this.request('health', { cache: 'no-store', ...options }));
  }

  /** A task: `{task_id, status, output?, error?}`. */
  async task(id, options) {
    return readJson(await this.request(`tasks/${encodeURIComponent(id)}`, { cache: 'no-store', ...options }));
  }

  /** Cancels a task; one that has ended, or is forgotten, stays as it is. */
  async cancel(id) {
    await this.request(`tasks/${encodeURIComponent(id)}`, { method: 'DELETE', keepalive: true }).catch(() => {});
  }

  /**
   * A run of a workflow. It begins when it is awaited or looped over, once.
   *
   * @param input its values by name; those that are a File or Blob are uploaded
   */
  run(input, options = {}) {
    return new WorkflowRun(this, input, options);
  }

  /** A response that is not an error; otherwise the {@link Problem} is thrown. */
  async request(path, { signal, headers, ...options } = {}) {
    const all = new Headers(this.#headers());
    new Headers(headers).forEach((value, name) => all.set(name, value));
    let response;
    try {
      response = await this.#fetch(this.url(path), { credentials: 'same-origin', headers: all, signal, ...options });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Problem(
        { title: 'The server cannot be reached', detail: 'It may be starting, or the network may be down.' },
        { cause },
      );
    }
    if (!response.ok) {
      throw await refusal(response);
    }
    return response;
  }
}

/** A run: loop over it for its chunks, or await it for its whole output. */
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

  /** Known once the server has accepted the run; empty before. */
  get taskId() {
    return this.#taskId;
  }

  [Symbol.asyncIterator]() {
    if (this.#chunks) {
      throw new TypeError('A run can be read once.');
    }
    this.#chunks = this.#read();
    return this.#chunks;
  }

  /** The whole output: the text if all chunks are text, the only chunk, or else a list of them. */
  then(onFulfilled, onRejected) {
    return this.#collect().then(onFulfilled, onRejected);
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(onFinally) {
    return this.#collect().finally(onFinally);
  }

  /** Ends the run on the server; its loop ends with an AbortError. */
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
    // At once, not when the abort has been noticed: a page that is left runs nothing later.
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
      // Whatever an abort made the transport throw, the caller is told the abort.
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

  /** Not awaited: who leaves a loop does not wait for the server. */
  #cancelOnce() {
    if (this.#taskId && !this.#cancelled) {
      this.#cancelled = true;
      this.#client.cancel(this.#taskId);
    }
  }

  // ------------------------------------------------------------------ one response, which ends with its connection

  /** The answer of a POST that waits: the wire is the workflow's own, and the server ends the run when this ends. */
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

  // ------------------------------------------------------------------ a task and its events, on as many as it takes

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
   * Begins the run. An abort does not break this request off, or the run would go on though nobody knows its id: it is
   * cancelled as soon as the id is there.
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

  /** One connection's worth of chunks; returns only when the run has completed. */
  async *#events() {
    const { deadAfter = DEAD_AFTER_MILLIS } = this.#options;
    const connection = new AbortController();
    const abort = () => connection.abort(this.#aborted.signal.reason);
    this.#aborted.signal.addEventListener('abort', abort);
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => connection.abort(new BrokenConnection('The connection fell silent.')), deadAfter);
    };
    alive();
    try {
      const response = await this.#client.request(`tasks/${encodeURIComponent(this.#taskId)}/events`, {
        headers: { Accept: 'text/event-stream', ...(this.#lastEventId && { 'Last-Event-ID': this.#lastEventId }) },
        cache: 'no-store',
        signal: connection.signal,
      });
      if (response.status === 204) {
        return; // Everything was received, the end too.
      }
      for await (const event of eventsOf(response.body, alive)) {
        if (event.type === 'done') {
          return;
        }
        if (event.type === 'error') {
          const problem = problemOf(parseOr(event.data, { detail: event.data }), 'The run failed');
          // The run's own end has an id; an error without one is this connection's, and another may fare better.
          throw event.id !== 'end' && isPassing(problem) ? problem : ending(problem);
        }
        if (event.type === 'message' && !this.#has(event.id)) {
          this.#lastEventId = event.id;
          yield JSON.parse(event.data);
        }
      }
      throw new BrokenConnection('The stream ended before the run did.');
    } finally {
      clearTimeout(watch);
      this.#aborted.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  /** Numbers only grow: an event that comes twice is dropped, whoever sent it again. */
  #has(id) {
    return this.#lastEventId !== '' && Number(id) <= Number(this.#lastEventId);
  }

  /** What was not received of a task whose events are gone, when it has ended. */
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
 * The EventSource that can POST: events of any request. It reconnects, as the browser's own does, where that continues the
 * stream and starts nothing anew: for a GET whose events carry ids. Any other stream ends with its connection.
 *
 * It closes itself at the stream's end, which it tells by the event `end`; what broke is told by `error`, whose `problem`
 * says why.
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

  /** Ends the stream, and with it the run that a POST started. */
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
      throw new Problem({ title: 'Not an event stream', detail: `It was ${mediaType(response) || 'nothing'}.` });
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
 * An incremental parser of the event stream format (WHATWG HTML, 9.2.6): text in, cut anywhere; whole events out. Each
 * character is looked at once, so a long line that arrives in many pieces costs no more than one that arrives whole.
 */
export class EventStreamParser {
  #line = [];
  #atStart = true;
  #afterCarriageReturn = false;
  #type = '';
  #data = [];
  #lastEventId = '';
  #retryMillis = null;

  /** The id of the last event that ended, as a reconnecting client would send it. */
  get lastEventId() {
    return this.#lastEventId;
  }

  /** The pause before reconnecting that the stream asked for, in milliseconds, or null. */
  get retryMillis() {
    return this.#retryMillis;
  }

  /** Whether an event has begun and not ended: true at the end of a stream means that it was cut. */
  get insideEvent() {
    return this.#line.length > 0 || this.#data.length > 0;
  }

  /** Takes the next piece of the stream, a byte order mark kept, and returns the events that it completed. */
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
      // The second half of this line end may be the first character of the next piece.
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
      default: // the standard asks to ignore what it does not name
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

/** A connection ended before its stream did, whatever the transport says of it. */
export class BrokenConnection extends Error {
  name = 'BrokenConnection';
}

/**
 * The events of a response's body, as they arrive. Leaving the loop early cancels the body, and with it the request.
 *
 * @param onRead called for each piece that arrives, a heartbeat too
 * @throws {BrokenConnection} when the body breaks off or ends inside an event
 */
export async function* eventsOf(body, onRead) {
  const reader = body.getReader();
  // The parser drops the mark itself, as the standard has it: exactly one, and only at the very start.
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
      throw new BrokenConnection('The stream ended in the middle of an event.');
    }
  } finally {
    // Without effect on a stream that ended; one that failed has already thrown its reason above.
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
 * Lets the page paint and take clicks: of a stream that is faster than its reader every read is answered at once, in
 * microtasks, which come before both. Not a timeout, which hidden pages get once a minute.
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

/** Headers and body of a run request: JSON, or a form as soon as there is a file in its input. */
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
    // A part of the type application/json would be taken for its value, not for a file.
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
  // A stream of no declared format is JSON or an upstream's own text; a bare number may be text whose outer space counts.
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

/** Marks the problem with which the run itself has ended: there is nothing left to cancel, or to try again. */
function ending(problem) {
  problem.ended = true;
  return problem;
}

function asProblem(failure) {
  return failure instanceof Problem
    ? failure
    : new Problem(
        { title: 'The connection broke', detail: 'The output ended before it was complete.' },
        { cause: failure },
      );
}

/** Whether trying again can help. */
function isPassing(failure) {
  if (failure instanceof Problem) {
    return !failure.ended && (failure.status === 0 || PASSING_STATUSES.has(failure.status));
  }
  return failure instanceof BrokenConnection;
}

function pauseMillis(failures, failure) {
  const doubled = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (failures - 1));
  // Those whose connections broke together do not come back together.
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

/** Retry-After holds seconds or a date. */
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
    throw new Problem({ title: 'The server’s answer cannot be read', detail: 'It is not valid JSON.' }, { cause });
  }
}

/** A body that fails while it is read was cut by something between here and the server: never a complete answer. */
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
