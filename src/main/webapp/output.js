/**
 * The output of one run and its figures. The page is updated at most once per animation frame, however fast chunks
 * come.
 *
 * Texts, Markdown and media come as text; the workflow's schema says which. Objects of a stream are shown one
 * below the other, a single value as a tree.
 */

import { element, humanized } from './dom.js';
import { jsonTree } from './json-tree.js';
import { MEDIA, mediaFigure } from './media.js';

/**
 * A line end after this many characters starts a new block, so that the browser lays out only a part of a long text
 * again.
 */
const BLOCK_CHARACTERS = 4_000;
const LONGEST_LINE = 20_000;
const MOST_OBJECTS_A_FRAME = 40;
const LONGEST_LEAD = 400;

/** @typedef {import('./weir-client.js').Variable} Variable */

export class OutputView {
  /** The element with the output of one run. */
  root = element('div', { className: 'output' });

  #variables;
  #prompt;
  #whole;
  #pending = [];
  #parts = [];
  #base64 = '';
  #block = null;
  #markdown = null;
  #markdownRoot = null;
  #textRoot = null;
  #text = [];
  #afterCarriageReturn = false;
  #isEmpty = true;

  /**
   * Creates an empty view.
   *
   * @param {Variable[]} variables the declared outputs of the workflow
   * @param {string} prompt the text that the output may continue
   */
  constructor(variables, prompt) {
    this.#variables = variables;
    this.#prompt = prompt;
    this.#whole = variables.find((variable) => variable.name === null)?.type ?? 'any';
    if (this.#whole === 'markdown') {
      this.#loadMarkdown();
    }
  }

  get isEmpty() {
    return this.#isEmpty;
  }

  /** True if the output can be shown formatted and as source. */
  get isMarkdown() {
    return this.#whole === 'markdown';
  }

  /** The whole output as text, for the clipboard. */
  get text() {
    return this.#text.join('');
  }

  async #loadMarkdown() {
    const { MarkdownView } = await import('./markdown.js');
    this.#markdownRoot ??= this.root.appendChild(element('div', { className: 'markdown', dir: 'auto' }));
    this.#markdown = new MarkdownView(this.#markdownRoot);
    this.#markdown.append(this.text);
    this.#markdown.render(true);
    this.root.dispatchEvent(new Event('load'));
  }

  append(chunk) {
    this.#pending.push(chunk);
    this.#isEmpty &&= chunk === '';
  }

  /** Writes the chunks since the last call. Returns true if anything was written. */
  flush(last = false) {
    let texts = '';
    let objects = 0;
    let taken = 0;
    for (; taken < this.#pending.length && (last || objects < MOST_OBJECTS_A_FRAME); taken++) {
      const chunk = this.#pending[taken];
      if (typeof chunk === 'string' && !MEDIA.has(this.#whole)) {
        texts += chunk;
      } else {
        this.#write(texts);
        texts = '';
        objects++;
        this.#show(chunk);
      }
    }
    this.#pending.splice(0, taken);
    this.#write(texts);
    if (last && this.#base64) {
      this.root.append(mediaFigure(this.#base64, this.#variables.find((variable) => variable.name === null)));
      this.#base64 = '';
    }
    return (this.#markdown?.render(last) ?? false) || taken > 0;
  }

  // ------------------------------------------------------------------ text

  #write(raw) {
    const text = this.#withoutCarriageReturns(raw);
    if (text === '') {
      return;
    }
    this.#text.push(text);
    this.#markdown?.append(text);
    this.#textRoot ??= this.root.appendChild(
      element('div', { className: this.isMarkdown ? 'text source' : 'text', dir: 'auto' }),
    );
    let start = 0;
    while (start < text.length) {
      if (!this.#block) {
        this.#block = this.#textRoot.appendChild(element('div'));
        if (this.#text.length === 1 && start === 0 && readsOn(this.#prompt, text)) {
          this.#block.append(element('span', { className: 'lead' }, this.#prompt));
        }
        this.#block.append('');
      }
      const node = this.#block.lastChild;
      // Blocks end after a line feed, which does not change their look. Only an endless line is cut at a space.
      let cut = text.indexOf('\n', start + Math.max(0, BLOCK_CHARACTERS - node.length)) + 1;
      if (cut === 0 && node.length > LONGEST_LINE) {
        cut = text.indexOf(' ', start) + 1;
      }
      const end = cut || text.length;
      node.appendData(text.slice(start, end));
      if (cut > 0) {
        this.#block = null;
      }
      start = end;
    }
  }

  /** CR is no line break in an element's text. Here, as in an event stream, CR, LF and CRLF are one line break each. */
  #withoutCarriageReturns(text) {
    if (text === '') {
      return text;
    }
    const rest = this.#afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    this.#afterCarriageReturn = text.endsWith('\r');
    return rest.includes('\r') ? rest.replace(/\r\n?/g, '\n') : rest;
  }

  // ------------------------------------------------------------------ values

  #show(chunk) {
    if (typeof chunk === 'string') {
      // Pieces of base64 are shown when all have arrived; each may end with padding.
      this.#base64 = this.#base64 ? joinBase64(this.#base64, chunk) : chunk;
      return;
    }
    this.#text.push(`${this.#text.length > 0 ? '\n' : ''}${JSON.stringify(chunk, null, 2)}`);
    this.#block = null;
    this.#textRoot = null;
    this.root.append(this.#view(chunk));
  }

  #view(chunk) {
    if (chunk instanceof Blob) {
      return mediaFigure(chunk, { type: chunk.type.split('/')[0] });
    }
    const named = this.#variables.filter(
      ({ name, type }) => name !== null && chunk?.[name] !== undefined && (MEDIA.has(type) || typeof chunk[name] === 'string'),
    );
    if (named.length === 0) {
      return element('div', { className: 'value' }, jsonTree(chunk));
    }
    const others = Object.fromEntries(
      Object.entries(chunk).filter(([key]) => !named.some((variable) => variable.name === key)),
    );
    return element(
      'div',
      { className: 'value' },
      ...named.map((variable) => part(variable, chunk[variable.name])),
      Object.keys(others).length > 0 && jsonTree(others),
    );
  }
}

/**
 * True if the output is a completion, which continues the prompt's sentence. Only then the prompt is shown before it.
 */
function readsOn(prompt, text) {
  return prompt.length <= LONGEST_LEAD && /[\p{L}\p{N},;:]$/u.test(prompt) && /^[ ,;:.!?’']/.test(text);
}

function part(variable, value) {
  const shown =
    MEDIA.has(variable.type) && typeof value === 'string'
      ? mediaFigure(value, variable)
      : element('div', { className: 'text', dir: 'auto' }, String(value));
  return element('section', { className: 'part' }, element('h3', {}, humanized(variable.name)), shown);
}

function joinBase64(left, right) {
  return left.endsWith('=') ? btoa(atob(left) + atob(right)) : left + right;
}

// ---------------------------------------------------------------------------------------------- figures

const FIGURES_EVERY_MILLIS = 100;

/** Time and rate of one run. */
export class Figures {
  #view;
  #startedAt = performance.now();
  #firstAt = 0;
  #lastAt = 0;
  #endedAt = 0;
  #shownAt = 0;
  chunks = 0;

  /** @param {Record<'first'|'chunks'|'rate'|'elapsed', HTMLElement>} view */
  constructor(view) {
    this.#view = view;
  }

  /** Counts a chunk. The first one sets the time to first chunk. */
  count() {
    this.#lastAt = performance.now();
    this.#firstAt ||= this.#lastAt;
    this.chunks++;
  }

  end() {
    this.#endedAt = performance.now();
  }

  get seconds() {
    return (((this.#endedAt || performance.now()) - this.#startedAt) / 1000).toFixed(1);
  }

  /** Calls {@link #show} at most ten times a second. */
  tick() {
    if (performance.now() - this.#shownAt >= FIGURES_EVERY_MILLIS) {
      this.show();
    }
  }

  show() {
    this.#shownAt = performance.now();
    const { first, chunks, rate, elapsed } = this.#view;
    elapsed.textContent = duration((this.#endedAt || this.#shownAt) - this.#startedAt);
    first.textContent = this.chunks > 0 ? latency(this.#firstAt - this.#startedAt) : '';
    chunks.textContent = this.chunks > 0 ? this.chunks.toLocaleString() : '';
    // The time to the first chunk is the cost of the prompt, so the rate counts only later chunks.
    const perSecond = ((this.chunks - 1) * 1000) / (this.#lastAt - this.#firstAt);
    rate.textContent = this.chunks > 1 && Number.isFinite(perSecond) ? perSecond.toFixed(perSecond < 100 ? 1 : 0) : '';
  }
}

function latency(millis) {
  return millis < 1000 ? `${Math.round(millis)} ms` : duration(millis);
}

function duration(millis) {
  if (millis < 60_000) {
    return `${(millis / 1000).toFixed(1)} s`;
  }
  const seconds = Math.floor(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
