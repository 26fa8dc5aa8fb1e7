/**
 * The growing output and its figures. However fast pieces come, the page is written once an animation frame; what
 * comes from a model enters the page as text only.
 */

const FIGURES_EVERY_MILLIS = 100;
const LONGEST_ONE_LINE_VALUE = 72;

export class Transcript {
  #view;
  #now;
  #pending = '';
  #endsLine = true;
  #afterValue = false;
  #frame = 0;
  #startedAt = 0;
  #firstAt = 0;
  #lastAt = 0;
  #chunks = 0;
  #figuresAt = 0;
  #scrolledTo = 0;
  #following = true;

  /**
   * @param {{region: HTMLElement, output: HTMLElement, firstToken: HTMLElement, tokens: HTMLElement,
   *          rate: HTMLElement, elapsed: HTMLElement}} view
   * @param {() => number} now milliseconds that only go forward
   */
  constructor(view, now = () => performance.now()) {
    this.#view = view;
    this.#now = now;
  }

  get isEmpty() {
    return this.#pending === '' && this.#view.output.firstChild === null;
  }

  /** Empties the output and starts the clock. */
  begin() {
    this.clear();
    this.#startedAt = this.#now();
    this.#scrolledTo = window.scrollY;
    this.#following = true;
    this.#frame = requestAnimationFrame(this.#onFrame);
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#view.output.replaceChildren();
    this.#view.output.classList.remove('values');
    this.#pending = '';
    this.#endsLine = true;
    this.#afterValue = false;
    this.#chunks = 0;
    this.#firstAt = 0;
    this.#lastAt = 0;
    for (const figure of ['firstToken', 'tokens', 'rate', 'elapsed']) {
      this.#view[figure].textContent = '';
    }
  }

  /** Counts one chunk of a stream: the first one ends the time to first token. */
  count() {
    this.#lastAt = this.#now();
    this.#firstAt ||= this.#lastAt;
    this.#chunks++;
  }

  /** Strings run on; any other value stands on lines of its own. */
  append(value) {
    if (typeof value === 'string') {
      this.#write(value, this.#afterValue);
      this.#afterValue &&= value === '';
    } else {
      this.#view.output.classList.add('values');
      this.#write(asJson(value), true);
      this.#afterValue = true;
    }
  }

  /** Writes what is left and stops the clock. */
  end() {
    cancelAnimationFrame(this.#frame);
    this.#flush();
    this.#showFigures(this.#now());
  }

  /** In words, for those who do not see the figures. */
  summary(unit) {
    const seconds = ((this.#now() - this.#startedAt) / 1000).toFixed(1);
    return this.#chunks > 0 ? `${this.#chunks} ${unit}${this.#chunks === 1 ? '' : 's'} in ${seconds} seconds` : `${seconds} seconds`;
  }

  #write(text, onNewLine) {
    if (text === '') {
      return;
    }
    this.#pending += onNewLine && !this.#endsLine ? `\n${text}` : text;
    this.#endsLine = text.endsWith('\n');
  }

  #onFrame = () => {
    this.#frame = requestAnimationFrame(this.#onFrame);
    this.#flush();
    const now = this.#now();
    if (now - this.#figuresAt >= FIGURES_EVERY_MILLIS) {
      this.#showFigures(now);
    }
  };

  #flush() {
    if (this.#pending === '') {
      return;
    }
    const { output } = this.#view;
    const text = this.#pending;
    this.#pending = '';
    if (output.firstChild) {
      output.firstChild.appendData(text);
    } else {
      output.append(text);
    }
    this.#follow();
  }

  /** Keeps the end in sight, until the reader scrolls up; resumes when the reader comes back to the end. */
  #follow() {
    const hidden = this.#view.region.getBoundingClientRect().bottom - window.innerHeight;
    if (window.scrollY < this.#scrolledTo - 1) {
      this.#following = false;
    }
    if (hidden <= 64) {
      this.#following = true;
    }
    if (this.#following && hidden > 0) {
      window.scrollBy({ top: hidden, behavior: 'instant' });
    }
    this.#scrolledTo = window.scrollY;
  }

  #showFigures(now) {
    this.#figuresAt = now;
    const { firstToken, tokens, rate, elapsed } = this.#view;
    elapsed.textContent = duration(now - this.#startedAt);
    if (this.#chunks > 0) {
      firstToken.textContent = latency(this.#firstAt - this.#startedAt);
      tokens.textContent = this.#chunks.toLocaleString();
    }
    // The first token is the prompt's cost, not the stream's: the rate counts those after it.
    if (this.#chunks > 1 && this.#lastAt > this.#firstAt) {
      const perSecond = ((this.#chunks - 1) * 1000) / (this.#lastAt - this.#firstAt);
      rate.textContent = perSecond.toFixed(perSecond < 100 ? 1 : 0);
    }
  }
}

function asJson(value) {
  const compact = JSON.stringify(value);
  return compact.length <= LONGEST_ONE_LINE_VALUE ? compact : JSON.stringify(value, null, 2);
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
