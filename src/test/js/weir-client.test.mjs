import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BrokenConnection,
  EventStreamParser,
  Problem,
  WeirClient,
  WorkflowEventSource,
  eventsOf,
  run,
} from '../../main/webapp/weir-client.js';

const BASE = 'http://weir.test/api/';

// ---------------------------------------------------------------------------------------------- a server of paper

const encoder = new TextEncoder();

/** A body of pieces; it ends, or breaks, where they end. A piece that is a promise is waited for. */
function bodyOf(pieces, { breaks = false, signal } = {}) {
  return new ReadableStream({
    start(stream) {
      signal?.addEventListener('abort', () => stream.error(signal.reason));
    },
    async pull(stream) {
      if (pieces.length > 0) {
        const piece = await pieces.shift();
        stream.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      } else if (breaks) {
        stream.error(new TypeError('network error'));
      } else {
        stream.close();
      }
    },
  });
}

const json = (status, value, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json', ...headers } });

const problem = (status, members) =>
  new Response(JSON.stringify({ status, ...members }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

const stream = (body, headers = {}) =>
  new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8', ...headers } });

/** A `fetch` that gives each request to the first of `routes` whose `METHOD path` begins it, and keeps what it was asked. */
function server(routes) {
  const requests = [];
  const fetch = async (url, options = {}) => {
    const { method = 'GET', headers, body, signal } = options;
    signal?.throwIfAborted();
    const request = { line: `${method} ${new URL(url).pathname}`, headers: new Headers(headers), body, signal };
    requests.push(request);
    const route = Object.keys(routes).find((begin) => request.line.startsWith(begin));
    assert.ok(route, `no route for ${request.line}`);
    const answers = routes[route];
    return Array.isArray(answers) ? answers.shift()(request) : answers(request);
  };
  return { fetch, requests, lines: () => requests.map(({ line }) => line) };
}

const ACCEPTED = { 'POST /api/workflows/runs': () => json(202, { task_id: 'T1', status: 'pending' }) };
const chunk = (number, value) => `id: ${number}\ndata: ${JSON.stringify(value)}\n\n`;
const DONE = 'event: done\nid: end\ndata: {"task_id":"T1","status":"completed"}\n\n';

async function collect(iterable) {
  const collected = [];
  for await (const each of iterable) {
    collected.push(each);
  }
  return collected;
}

/** With everything that would wait. */
const client = (fetch) => new WeirClient({ baseUrl: BASE, fetch });

// ---------------------------------------------------------------------------------------------- the parser

const STREAM =
  '\ufeffdata: one\n\n: comment\r\ndata:two\r\ndata:  2\r\n\r\nid: 7\revent: named\rdata\r\r' +
  'data: 한글 🦆\nretry: 10\nunknown: x\n\nid: 8\n\nid: a\0b\ndata: \n\ndata: cut';
const EVENTS = [
  { type: 'message', data: 'one', id: '' },
  { type: 'message', data: 'two\n 2', id: '' },
  { type: 'named', data: '', id: '7' },
  { type: 'message', data: '한글 🦆', id: '7' },
  { type: 'message', data: '', id: '8' },
];

test('a stream that is cut at any two places gives the same events', () => {
  for (let a = 0; a <= STREAM.length; a++) {
    for (let b = a; b <= STREAM.length; b += 3) {
      const parser = new EventStreamParser();
      const pieces = [STREAM.slice(0, a), STREAM.slice(a, b), STREAM.slice(b)];
      assert.deepEqual(pieces.flatMap((piece) => parser.push(piece)), EVENTS);
      assert.equal(parser.insideEvent, true);
      assert.equal(parser.retryMillis, 10);
    }
  }
});

test('a stream that is cut at any byte gives the same events', async () => {
  const bytes = encoder.encode(STREAM.slice(0, STREAM.lastIndexOf('data')));
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(await collect(eventsOf(bodyOf([bytes.slice(0, at), bytes.slice(at)]))), EVENTS);
  }
});

test('a stream that ends or breaks inside an event is broken, and so is one that breaks between events', async () => {
  await assert.rejects(collect(eventsOf(bodyOf(['data: a\n\ndata: b\n']))), BrokenConnection);
  await assert.rejects(collect(eventsOf(bodyOf(['data: a\n\nda'], { breaks: true }))), BrokenConnection);
  await assert.rejects(collect(eventsOf(bodyOf(['data: a\n\n'], { breaks: true }))), BrokenConnection);
});

test('a long line that comes in many pieces is not read again with each', () => {
  const parser = new EventStreamParser();
  const begin = performance.now();
  parser.push('data: ');
  for (let i = 0; i < 100_000; i++) {
    parser.push('0123456789');
  }
  assert.equal(parser.push('\n\n')[0].data.length, 1_000_000);
  assert.ok(performance.now() - begin < 5_000);
});

// ---------------------------------------------------------------------------------------------- runs

test('a run gives its chunks as they come, and its whole text when it is awaited', async () => {
  const routes = () => ({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': () => stream(bodyOf([':\n\n', chunk(1, 'Once'), chunk(2, ' upon\r\n'), DONE])),
  });
  const looped = server(routes());
  assert.deepEqual(await collect(client(looped.fetch).run({ prompt: 'x' }, { workflow: 'story' })), ['Once', ' upon\r\n']);
  assert.deepEqual(looped.lines(), ['POST /api/workflows/runs', 'GET /api/tasks/T1/events']);
  assert.deepEqual(JSON.parse(looped.requests[0].body), {
    workflow_id: 'story',
    input: { prompt: 'x' },
    output_only: false,
    wait_for_completion: false,
  });

  const seen = [];
  const awaited = server(routes());
  const text = await run({}, { baseUrl: BASE, fetch: awaited.fetch, onChunk: (each) => seen.push(each) });
  assert.equal(text, 'Once upon\r\n');
  assert.deepEqual(seen, ['Once', ' upon\r\n']);
});

test('a value is the only chunk', async () => {
  const { fetch } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': () => stream(bodyOf([chunk(1, { a: [1, null] }), DONE])),
  });
  assert.deepEqual(await client(fetch).run({}), { a: [1, null] });
});

test('a connection that drops anywhere loses and doubles nothing', async () => {
  const texts = ['Once', ' upon', '\n', ' 한', '🦆'];
  const whole = texts.map((text, i) => chunk(i + 1, text)).join('') + DONE;
  const bytes = encoder.encode(whole);
  const cutAt = async (at) => {
    const { fetch, requests } = server({
      ...ACCEPTED,
      'GET /api/tasks/T1/events': [
        () => stream(bodyOf([bytes.slice(0, at)], { breaks: at % 2 === 0 })),
        ({ headers }) => {
          const last = headers.get('Last-Event-ID') ?? '0';
          return stream(bodyOf([texts.map((text, i) => chunk(i + 1, text)).slice(Number(last)).join('') + DONE]));
        },
      ],
    });
    const attempts = [];
    const received = await collect(client(fetch).run({}, { onReconnect: (attempt) => attempts.push(attempt) }));
    assert.deepEqual(received, texts, `cut at ${at}`);
    assert.deepEqual(attempts, [1]);
    assert.equal(requests.length, 3);
  };
  await Promise.all(Array.from(bytes, (_, at) => cutAt(at)));
});

test('an event that is sent again is dropped', async () => {
  const { fetch } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': [
      () => stream(bodyOf([chunk(1, 'a'), chunk(2, 'b')])),
      () => stream(bodyOf([chunk(1, 'a'), chunk(2, 'b'), chunk(3, 'c'), DONE])),
    ],
  });
  assert.equal(await client(fetch).run({}), 'abc');
});

test('a server that cannot be reached for a while is asked again', async () => {
  const { fetch } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': [
      () => stream(bodyOf([chunk(1, 'a')])),
      () => Promise.reject(new TypeError('refused')),
      () => problem(502, { title: 'Bad gateway' }),
      () => stream(bodyOf(['event: error\ndata: {"status":429,"title":"Too many runs"}\n\n'])),
      () => stream(bodyOf([chunk(2, 'b'), DONE])),
    ],
  });
  assert.equal(await client(fetch).run({}), 'ab');
});

test('a run whose server stays away is given up, and said to be incomplete', async () => {
  const { fetch, lines } = server({
    ...ACCEPTED,
    'DELETE /api/tasks/T1': () => Promise.reject(new TypeError('refused')),
    'GET /api/tasks/T1/events': () => stream(bodyOf([chunk(1, 'a')], { breaks: true })),
  });
  const given = [];
  await assert.rejects(
    client(fetch).run({}, { reconnectFor: 0, onChunk: (each) => given.push(each) }),
    (failure) => failure instanceof Problem && failure.title === 'The connection broke',
  );
  assert.deepEqual(given, ['a']);
  assert.ok(lines().includes('DELETE /api/tasks/T1'));
});

test('a silent connection is a broken one', async () => {
  const { fetch } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': [
      ({ signal }) => stream(bodyOf([chunk(1, 'a'), new Promise(() => {})], { signal })),
      () => stream(bodyOf([chunk(2, 'b'), DONE])),
    ],
  });
  assert.equal(await client(fetch).run({}, { deadAfter: 30 }), 'ab');
});

test('what the server keeps no more is cut from the whole output', async () => {
  const { fetch } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': [() => stream(bodyOf([chunk(1, 'Once')])), () => problem(410, { title: 'Events gone' })],
    'GET /api/tasks/T1': [
      () => json(200, { task_id: 'T1', status: 'processing' }),
      () => json(200, { task_id: 'T1', status: 'completed', output: 'Once upon a time' }),
    ],
  });
  assert.deepEqual(await collect(client(fetch).run({})), ['Once', ' upon a time']);
});

test('the failure of a run is thrown as the server tells it, and nothing is cancelled', async () => {
  const told = { title: 'Upstream failed', status: 502, detail: 'overloaded', task_id: 'T1' };
  const { fetch, lines } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': () =>
      stream(bodyOf([chunk(1, 'a'), `event: error\nid: end\ndata: ${JSON.stringify(told)}\n\n`])),
  });
  await assert.rejects(client(fetch).run({}), (failure) => {
    assert.deepEqual([failure.title, failure.status, failure.detail, failure.taskId], [
      'Upstream failed', 502, 'overloaded', 'T1',
    ]);
    return true;
  });
  assert.deepEqual(lines(), ['POST /api/workflows/runs', 'GET /api/tasks/T1/events']);
});

test('a refused input has its errors, and when to try again is known', async () => {
  const { fetch } = server({
    'POST /api/workflows/runs': [
      () => problem(422, { title: 'Invalid input', errors: [{ pointer: '/input/n', detail: 'no' }] }),
      () => new Response('busy', { status: 503, headers: { 'Retry-After': '2' } }),
    ],
  });
  await assert.rejects(client(fetch).run({}), (failure) => failure.errors[0].pointer === '/input/n');
  await assert.rejects(client(fetch).run({}), (failure) => failure.retryAfterSeconds === 2 && failure.status === 503);
});

test('an abort ends the loop and cancels the run on the server', async () => {
  const { fetch, lines } = server({
    ...ACCEPTED,
    'DELETE /api/tasks/T1': () => new Response(null, { status: 202 }),
    'GET /api/tasks/T1/events': ({ signal }) => stream(bodyOf([chunk(1, 'a'), new Promise(() => {})], { signal })),
  });
  const aborted = new AbortController();
  const received = [];
  await assert.rejects(async () => {
    for await (const each of client(fetch).run({}, { signal: aborted.signal })) {
      received.push(each);
      aborted.abort();
    }
  }, { name: 'AbortError' });
  assert.deepEqual(received, ['a']);
  assert.deepEqual(lines().at(-1), 'DELETE /api/tasks/T1');
});

test('leaving the loop cancels the run, too', async () => {
  const { fetch, lines } = server({
    ...ACCEPTED,
    'DELETE /api/tasks/T1': () => new Response(null, { status: 202 }),
    'GET /api/tasks/T1/events': () => stream(bodyOf([chunk(1, 'a'), chunk(2, 'b')])),
  });
  for await (const each of client(fetch).run({})) {
    assert.equal(each, 'a');
    break;
  }
  assert.deepEqual(lines().at(-1), 'DELETE /api/tasks/T1');
});

test('a run that is aborted before its id is known is cancelled as soon as it is', async () => {
  let accept;
  const { fetch, lines } = server({
    'POST /api/workflows/runs': () => new Promise((resolve) => (accept = resolve)),
    'DELETE /api/tasks/T1': () => new Response(null, { status: 202 }),
  });
  const started = client(fetch).run({});
  const failing = assert.rejects(collect(started), { name: 'AbortError' });
  await new Promise((resolve) => setTimeout(resolve));
  started.cancel();
  await failing;
  assert.deepEqual(lines(), ['POST /api/workflows/runs']);
  accept(json(202, { task_id: 'T1', status: 'pending' }));
  for (let i = 0; i < 100 && lines().length < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.deepEqual(lines(), ['POST /api/workflows/runs', 'DELETE /api/tasks/T1']);
});

test('without resuming, the output comes in the one response, whatever its form', async () => {
  const one = (response) => client(server({ 'POST /api/workflows/runs': () => response }).fetch);
  const options = { resume: false };
  assert.equal(await one(stream(bodyOf(['data: Once\n\n', 'data:  upon\n\n']))).run({}, options), 'Once upon');
  assert.deepEqual(await collect(one(stream(bodyOf(['data: {"a":1}\n\n', 'data: 7\n\n']))).run({}, options)), [{ a: 1 }, '7']);
  assert.deepEqual(
    await collect(one(stream(bodyOf(['data: "a"\n\n', 'data: 7\n\n']))).run({}, { ...options, wire: 'sse-json' })),
    ['a', 7],
  );
  assert.equal(
    await one(stream(bodyOf(['data: {"a":1}\n\n']))).run({}, { ...options, wire: 'sse-text' }),
    '{"a":1}',
  );
  assert.deepEqual(await one(json(200, { a: 1 })).run({}, options), { a: 1 });
  assert.equal(await one(new Response('plain')).run({}, options), 'plain');
  const bytes = await one(new Response(new Blob(['%PDF'], { type: 'application/pdf' }))).run({}, options);
  assert.equal(bytes.type, 'application/pdf');
});

test('files are uploaded, and all else of the input stays as it is', async () => {
  const { fetch, requests } = server({
    ...ACCEPTED,
    'GET /api/tasks/T1/events': () => stream(bodyOf([DONE])),
  });
  const photo = new File(['PNG'], 'cat.png', { type: 'image/png' });
  const data = new File(['{}'], 'data.json', { type: 'application/json' });
  await client(fetch).run({ n: 3, nested: { data }, photo, list: [1, photo] }, { workflow: 'w' });
  const form = requests[0].body;
  assert.ok(form instanceof FormData);
  assert.equal(requests[0].headers.get('Content-Type'), null);
  assert.equal(form.get('workflow_id'), 'w');
  assert.equal(form.get('wait_for_completion'), 'false');
  assert.deepEqual(JSON.parse(await form.get('input').text()), { n: 3, nested: {}, list: [1] });
  assert.equal(form.get('input').type, 'application/json');
  assert.equal(form.get('input[photo]').name, 'cat.png');
  assert.equal(form.get('input[list][]').name, 'cat.png');
  assert.equal(form.get('input[nested][data]').type, 'application/octet-stream');
});

test('a run can be read once', async () => {
  const { fetch } = server({ ...ACCEPTED, 'GET /api/tasks/T1/events': () => stream(bodyOf([DONE])) });
  const once = client(fetch).run({});
  assert.equal(await once, '');
  await assert.rejects(async () => once, TypeError);
});

// ---------------------------------------------------------------------------------------------- the event source

/** All that a source tells, until it is closed. */
function told(source) {
  const events = [];
  return new Promise((resolve) => {
    for (const type of ['open', 'message', 'named', 'error', 'end']) {
      source.addEventListener(type, (event) => {
        events.push(event.data === undefined ? type : `${type}: ${event.data}`);
        if (source.readyState === WorkflowEventSource.CLOSED) {
          resolve(events);
        }
      });
    }
  });
}

test('the event source posts, and tells every event and the end', async () => {
  const { fetch, requests } = server({
    'POST /runs': () => stream(bodyOf(['data: Once\n\ndata:  upon\n\n', 'event: named\ndata: x\n\n'])),
  });
  const source = new WorkflowEventSource('http://weir.test/runs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ input: { prompt: 'Hello' } }),
    fetch,
  });
  let text = '';
  source.onmessage = (event) => (text += event.data);
  assert.deepEqual(await told(source), ['open', 'message: Once', 'message:  upon', 'named: x', 'end']);
  assert.equal(text, 'Once upon');
  assert.equal(requests[0].headers.get('Accept'), 'text/event-stream');
  assert.equal(requests.length, 1);
});

test('a POST that breaks off or is refused ends with an error, and starts nothing again', async () => {
  for (const response of [stream(bodyOf(['data: a\n\n'], { breaks: true })), problem(422, { title: 'Invalid input' })]) {
    const { fetch, requests } = server({ 'POST /runs': () => response });
    const source = new WorkflowEventSource('http://weir.test/runs', { method: 'POST', fetch });
    let said;
    source.onerror = (event) => (said = event.problem);
    assert.equal((await told(source)).at(-1), 'error');
    assert.ok(said instanceof Problem);
    assert.equal(requests.length, 1);
  }
});

test('an error in the stream is an error with its problem', async () => {
  const { fetch } = server({ 'GET /runs': () => stream(bodyOf(['event: error\ndata: {"detail":"overloaded"}\n\n'])) });
  const source = new WorkflowEventSource('http://weir.test/runs', { fetch });
  let said;
  source.onerror = (event) => (said = event.problem.detail);
  assert.deepEqual(await told(source), ['open', 'error']);
  assert.equal(said, 'overloaded');
});

test('a GET whose events have ids goes on where it broke off, until there is nothing more', async () => {
  const { fetch, requests } = server({
    'GET /runs': [
      () => stream(bodyOf(['id: T1:1\ndata: a\n\nid: T1:2\nda'], { breaks: true })),
      () => stream(bodyOf(['id: T1:2\ndata: b\n\n'], { breaks: true })),
      () => new Response(null, { status: 204 }),
    ],
  });
  const source = new WorkflowEventSource('http://weir.test/runs', { fetch });
  assert.deepEqual(await told(source), ['open', 'message: a', 'error', 'open', 'message: b', 'error', 'end']);
  assert.deepEqual(requests.map(({ headers }) => headers.get('Last-Event-ID')), [null, 'T1:1', 'T1:2']);
});

test('a closed source is silent', async () => {
  const { fetch, requests } = server({
    'GET /runs': ({ signal }) => stream(bodyOf(['data: a\n\n', new Promise(() => {})], { signal })),
  });
  const source = new WorkflowEventSource('http://weir.test/runs', { fetch });
  await new Promise((resolve) => (source.onmessage = resolve));
  source.onerror = () => assert.fail('closed sources tell nothing');
  source.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(requests[0].signal.aborted, true);
  assert.equal(source.readyState, WorkflowEventSource.CLOSED);
});
