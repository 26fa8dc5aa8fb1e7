/**
 * Weir's HTTP API as the page uses it. Addresses are relative to the page, so that any context root works,
 * and the server says in base.js where below it the API is.
 *
 * @typedef {{name: string, type?: string, subtype?: string, format?: string, default?: unknown,
 *            options?: unknown[]}} Variable
 * @typedef {{workflow_id: string, title?: string, description?: string, default?: boolean,
 *            input?: Variable[], output?: Variable[]}} Workflow
 * @typedef {{value: unknown, streamed: boolean}} Piece a part of the output, or the whole of one that does not stream
 */

import { API_BASE } from './base.js';
import { readEvents } from './sse.js';

const endpoint = (path) => new URL(API_BASE + path, document.baseURI);
const runsEndpoint = () => endpoint('workflows/runs');

/** What went wrong, in the terms of RFC 9457 where the server gave them. */
export class Problem extends Error {
  name = 'Problem';

  /**
   * @param {{title: string, detail?: string, status?: number, taskId?: string, retryAfterSeconds?: number}} members
   * @param {ErrorOptions} [options]
   */
  constructor({ title, detail = '', status = 0, taskId = '', retryAfterSeconds }, options) {
    super(detail || title, options);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.taskId = taskId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** @returns {Promise<Workflow[]>} */
export async function fetchWorkflows() {
  const response = await send(endpoint('workflows?include_schema=true'));
  return readJson(response);
}

/** Resolves when the server says that it is ready; otherwise the Problem tells what it waits for. */
export async function checkHealth() {
  const response = await send(endpoint('health'), { cache: 'no-store' });
  await response.body?.cancel();
}

/**
 * Runs a workflow and gives its output piece by piece. Ends normally only when the output is complete.
 *
 * @param {Workflow} workflow
 * @param {Record<string, unknown>} input
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Piece, void, void>}
 * @throws {Problem} or, once the signal is aborted, whatever the browser throws then
 */
export async function* run(workflow, input, signal) {
  const response = await send(runsEndpoint(), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: runBody(workflow, input),
    signal,
  });
  const type = mediaType(response);
  if (response.status === 204) {
    return;
  }
  if (type === 'text/event-stream') {
    yield* streamed(response, wireOf(workflow));
  } else if (isJson(type)) {
    yield { value: await readJson(response), streamed: false };
  } else if (type.startsWith('text/')) {
    yield { value: await unbroken(response.text()), streamed: false };
  } else {
    response.body?.cancel();
    throw new Problem({
      title: 'This output cannot be shown here',
      detail: `The workflow answered with ${type || 'an unnamed content type'}. Use the curl command to save it.`,
    });
  }
}

/** The shell command that does what `run` does. */
export function curlCommand(workflow, input) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl -N -X POST ${quote(runsEndpoint().href)}`,
    `-H 'Content-Type: application/json'`,
    `-d ${quote(runBody(workflow, input))}`,
  ].join(' \\\n  ');
}

function runBody(workflow, input) {
  return JSON.stringify({
    workflow_id: workflow.workflow_id,
    input,
    output_only: true,
    wait_for_completion: true,
  });
}

async function* streamed(response, wire) {
  const events = readEvents(response.body);
  try {
    for (;;) {
      const { done, value: event } = await unbroken(events.next());
      if (done) {
        return;
      }
      if (event.type === 'error') {
        throw problemOf(parseOr(event.data, { detail: event.data }), 'The run failed');
      }
      if (event.type === 'message') {
        yield { value: decode(event.data, wire), streamed: true };
      }
    }
  } finally {
    await events.return();
  }
}

/** Which of the two wire formats a workflow declares: `text`, `json`, or `undeclared`. */
export function wireOf(workflow) {
  const declared = (workflow.output ?? [])
    .map(({ type, subtype, format }) => `${type}/${subtype} ${format}`)
    .join(' ');
  if (/sse-json|stream\/json/.test(declared)) {
    return 'json';
  }
  return /sse-text|stream\/text/.test(declared) ? 'text' : 'undeclared';
}

function decode(data, wire) {
  // An undeclared stream is JSON or an upstream's own bytes; a bare number may be text whose outer space counts.
  const json = wire === 'json' || (wire === 'undeclared' && /^["{[]/.test(data));
  return json ? parseOr(data, data) : data;
}

async function send(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...options });
  } catch (cause) {
    if (options.signal?.aborted) {
      throw cause;
    }
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
  const { title, detail, status, task_id: taskId } = members ?? {};
  return new Problem({
    title: String(title || fallbackTitle),
    detail: String(detail ?? ''),
    status: Number(status) || 0,
    taskId: String(taskId ?? ''),
  });
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
    if (cause?.name === 'AbortError') {
      throw cause;
    }
    throw new Problem(
      { title: 'The connection broke', detail: 'The output ended before it was complete.' },
      { cause },
    );
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
