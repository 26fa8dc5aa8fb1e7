/**
 * The event stream format of the WHATWG HTML standard, section 9.2.6, read from any source of text or bytes.
 * The browser's own EventSource cannot POST, and says nothing of a stream that ended in the middle of an event.
 *
 * @typedef {{type: string, data: string, id: string}} ServerSentEvent
 */

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const LONGEST_WITHOUT_A_TASK_MILLIS = 8;

/** An event stream ended inside an event: the connection was cut, whatever the transport says. */
export class TruncatedStreamError extends Error {
  name = 'TruncatedStreamError';
}

/**
 * An incremental parser: text in, cut anywhere; whole events out. Each character is looked at once, so a long line
 * that arrives in many pieces costs no more than one that arrives whole.
 */
export class EventStreamParser {
  #line = '';
  #atStart = true;
  #afterCarriageReturn = false;
  #type = '';
  #data = [];
  #lastEventId = '';
  #retryMillis = null;

  /** The id of the last event that was dispatched or ended, as a reconnecting client would send it. */
  get lastEventId() {
    return this.#lastEventId;
  }

  /** The pause before reconnecting that the stream asked for, in milliseconds, or null. */
  get retryMillis() {
    return this.#retryMillis;
  }

  /** Whether an event has begun and not ended: true at the end of a stream means that it was cut. */
  get insideEvent() {
    return this.#line !== '' || this.#data.length > 0;
  }

  /**
   * Takes the next piece of the stream and returns the events that it completed.
   *
   * @param {string} text decoded, with a byte order mark kept if there was one
   * @returns {ServerSentEvent[]}
   */
  push(text) {
    const events = [];
    let start = 0;
    if (this.#atStart && text !== '') {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) {
        start = 1;
      }
    }
    for (let i = start; i < text.length; i++) {
      const character = text.charCodeAt(i);
      const secondHalfOfLineEnd = character === LINE_FEED && this.#afterCarriageReturn;
      this.#afterCarriageReturn = character === CARRIAGE_RETURN;
      if (secondHalfOfLineEnd) {
        start = i + 1;
      } else if (character === LINE_FEED || character === CARRIAGE_RETURN) {
        const line = this.#line + text.slice(start, i);
        this.#line = '';
        start = i + 1;
        this.#endLine(line, events);
      }
    }
    this.#line += text.slice(start);
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
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) {
      value = value.slice(1);
    }
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

/**
 * The events of a fetch body, as they arrive. Leaving the loop early cancels the body, and with it the request.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerSentEvent, void, void>}
 * @throws {TruncatedStreamError} when the body ends inside an event; what the transport throws passes unchanged
 */
export async function* readEvents(body) {
  const reader = body.getReader();
  // The parser drops the mark itself, as the standard has it: exactly one, and only at the very start.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parser = new EventStreamParser();
  let lastTaskAt = performance.now();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield* parser.push(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      if (done) {
        break;
      }
      if (performance.now() - lastTaskAt > LONGEST_WITHOUT_A_TASK_MILLIS) {
        await nextTask();
        lastTaskAt = performance.now();
      }
    }
    if (parser.insideEvent) {
      throw new TruncatedStreamError('The stream ended in the middle of an event.');
    }
  } finally {
    // Without effect on a stream that ended, and one that failed has already thrown its reason above.
    reader.cancel().catch(() => {});
  }
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
