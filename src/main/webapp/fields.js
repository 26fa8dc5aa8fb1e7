/** The form of a workflow: a control for each input by its type, and its value as the API expects it. */

import { element, humanized, icon } from './dom.js';
import { t } from './messages.js';

const TEXT = new Set(['text', 'markdown']);
const LINE = new Set(['string']);
const FILES = { image: 'image/*', audio: 'audio/*', video: 'video/*', file: '' };
const MOST_STEPS = 100;

/** @typedef {import('./weir-client.js').Variable} Variable */

/** The fields of one workflow. They keep the entered values. */
export class Fields {
  elements;
  #fields;

  /** @param {Variable[]} variables */
  constructor(variables) {
    this.#fields = variables.map((variable, i) => makeField(variable, `field-${i}`));
    this.elements =
      variables.length === 0
        ? [element('p', { className: 'hint' }, t('noInputs'))]
        : this.#fields.map((field) => field.element);
  }

  /** Shows the faults of all fields. Returns the first field with a fault. */
  invalid() {
    const wrong = this.#fields.filter((field) => {
      field.showError(field.fault());
      return field.fault() !== '';
    });
    wrong[0]?.control.focus();
    return wrong[0];
  }

  /** The input of a run. Empty fields are left out, so that their defaults apply. */
  get values() {
    const whole = this.#fields.find((field) => field.variable.name === null);
    if (whole) {
      return whole.value();
    }
    return Object.fromEntries(
      this.#fields
        .map((field) => [field.variable.name, field.value()])
        .filter(([, value]) => value !== undefined),
    );
  }

  /** The first entered text, the title of the run in the history. */
  get text() {
    return this.#fields.map((field) => field.value()).find((value) => typeof value === 'string' && value.trim()) ?? '';
  }

  /** The text that a completion continues: the whole input, or the input `prompt`, if it is a text; else an empty text. */
  get prompt() {
    const field = this.#fields.find(({ variable: { name, type } }) => (name ?? 'prompt') === 'prompt' && (TEXT.has(type) || LINE.has(type)));
    return field?.value() ?? '';
  }

  /** Shows the server's errors at their fields. Returns true if every error has a field. */
  refuse(errors) {
    let first = null;
    let all = errors.length > 0;
    for (const { pointer, detail } of errors) {
      const name = pointer.split('/')[2]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? null;
      const field = this.#fields.find((candidate) => candidate.variable.name === name);
      field?.showError(detail);
      first ??= field?.control;
      all &&= Boolean(field);
    }
    first?.focus();
    return all;
  }
}

/** The common parts of all fields: a label, a hint, and a place for a fault. */
class Field {
  constructor(variable, id, control) {
    this.variable = variable;
    this.control = control;
    control.id = id;
    const { annotations = {}, required, name } = variable;
    const hint = annotations.description ? element('p', { id: `${id}-hint`, className: 'hint' }, annotations.description) : null;
    this.error = element('p', { id: `${id}-error`, className: 'error' });
    this.error.hidden = true;
    this.hintId = hint?.id ?? '';
    this.describe();
    this.label = element('label', { for: id }, name === null ? t('input') : humanized(name));
    if (required) {
      control.setAttribute('aria-required', 'true');
      this.label.append(element('span', { className: 'required', title: t('required'), 'aria-hidden': 'true' }, '*'));
    }
    this.element = element('div', { className: `field ${this.kind}` }, ...this.layout(hint));
    this.element.addEventListener('input', () => this.edited());
    this.element.addEventListener('change', () => this.edited());
  }

  get kind() {
    return 'plain';
  }

  layout(hint) {
    return [this.label, hint, this.control, this.error];
  }

  /** A corrected fault disappears at once; a new fault is shown at the next run. */
  edited() {
    if (!this.error.hidden) {
      this.showError(this.fault());
    }
  }

  /** Returns the fault; an empty text if there is none. */
  fault() {
    return this.variable.required && this.value() === undefined ? t('requiredError') : '';
  }

  showError(text) {
    this.error.textContent = text;
    this.error.hidden = text === '';
    if (text === '') {
      this.control.removeAttribute('aria-invalid');
    } else {
      this.control.setAttribute('aria-invalid', 'true');
    }
    this.describe();
  }

  describe() {
    const ids = [this.hintId, !this.error.hidden && this.error.id].filter(Boolean).join(' ');
    if (ids) {
      this.control.setAttribute('aria-describedby', ids);
    } else {
      this.control.removeAttribute('aria-describedby');
    }
  }

  /** Returns the value as the API expects it; undefined if nothing was entered. */
  value() {
    return this.control.value === '' ? undefined : this.control.value;
  }
}

class TextField extends Field {
  constructor(variable, id, long) {
    super(
      variable,
      id,
      long
        ? element('textarea', { rows: 3, autocomplete: 'off', value: text(variable.default) })
        : element('input', { type: 'text', autocomplete: 'off', value: text(variable.default) }),
    );
  }
}

class NumberField extends Field {
  constructor(variable, id) {
    super(
      variable,
      id,
      element('input', {
        type: 'text',
        inputMode: variable.type === 'integer' ? 'numeric' : 'decimal',
        autocomplete: 'off',
        value: text(variable.default),
      }),
    );
  }

  get kind() {
    return 'short';
  }

  fault() {
    const entered = this.control.value.trim();
    if (entered === '') {
      return super.fault();
    }
    if (this.variable.type === 'integer') {
      return /^[+-]?\d+$/.test(entered) ? '' : t('integerError');
    }
    return Number.isFinite(Number(entered)) ? '' : t('numberError');
  }

  /** A number that JavaScript would round is sent as text: the server reads it exactly. */
  value() {
    const entered = this.control.value.trim().replace(/^\+/, '');
    const number = Number(entered);
    if (entered === '') {
      return undefined;
    }
    return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : entered;
  }
}

class CheckField extends Field {
  #hasValue;

  constructor(variable, id) {
    const checked = [true, 'true', 'yes', 'on', '1', 1].includes(variable.default);
    super({ ...variable, required: undefined }, id, element('input', { type: 'checkbox', checked }));
    this.#hasValue = Boolean(variable.required) || variable.default !== undefined;
  }

  get kind() {
    return 'check';
  }

  layout(hint) {
    return [element('div', { className: 'check-row' }, this.control, this.label), hint, this.error];
  }

  edited() {
    this.#hasValue = true;
    super.edited();
  }

  /** A box that was not used has no value if its default is not known here: then the server's default applies. */
  value() {
    return this.#hasValue ? this.control.checked : undefined;
  }
}

class SelectField extends Field {
  constructor(variable, id) {
    const options = variable.options ?? [];
    const chosen = text(variable.default);
    super(
      variable,
      id,
      element(
        'select',
        {},
        !options.includes(chosen) && element('option', { value: '' }, t('choose')),
        ...options.map((option) => element('option', { value: option, selected: option === chosen }, option)),
      ),
    );
  }

  get kind() {
    return 'short';
  }
}

class SliderField extends Field {
  constructor(variable, id) {
    const { minimum = 0, maximum = 100, step, default: initial } = variable;
    const value = typeof initial === 'number' ? initial : minimum;
    const grain = step > 0 ? step : (maximum - minimum) / MOST_STEPS;
    super(variable, id, element('input', { type: 'range', min: minimum, max: maximum, step: grain || 1, value }));
    this.shown.textContent = this.control.value;
  }

  get kind() {
    return 'slider';
  }

  layout(hint) {
    this.shown = element('output', { for: this.control.id });
    const { minimum = 0, maximum = 100 } = this.variable;
    const ends = element('div', { className: 'ends', 'aria-hidden': 'true' }, element('span', {}, String(minimum)), element('span', {}, String(maximum)));
    return [element('div', { className: 'slider-row' }, this.label, this.shown), hint, this.control, ends, this.error];
  }

  edited() {
    this.shown.textContent = this.control.value;
    super.edited();
  }

  value() {
    return Number(this.control.value);
  }
}

class FileField extends Field {
  constructor(variable, id) {
    super(variable, id, element('input', { type: 'file', accept: FILES[variable.type] }));
  }

  get kind() {
    return 'file';
  }

  layout(hint) {
    this.name = element('span', { className: 'file-name' }, t('chooseFile'));
    this.remove = element('button', { type: 'button', className: 'quiet small', hidden: true }, t('removeFile'));
    this.remove.addEventListener('click', () => {
      this.control.value = '';
      this.edited();
      this.control.focus();
    });
    // The invisible control covers the drop zone: it receives clicks, keys and dropped files.
    const zone = element('div', { className: 'drop' }, icon('file'), this.name, this.control);
    return [this.label, hint, element('div', { className: 'drop-row' }, zone, this.remove), this.error];
  }

  edited() {
    const [file] = this.control.files;
    this.name.textContent = file ? file.name : t('chooseFile');
    this.remove.hidden = !file;
    super.edited();
  }

  value() {
    return this.control.files[0];
  }
}

class JsonField extends Field {
  constructor(variable, id) {
    const initial = variable.default;
    const written = initial === undefined || typeof initial === 'string' ? text(initial) : JSON.stringify(initial, null, 2);
    super(variable, id, element('textarea', { rows: 4, spellcheck: false, autocomplete: 'off', className: 'code', value: written }));
  }

  get kind() {
    return 'json-field';
  }

  /**
   * Shows syntax errors during typing, where they are easiest to find. An error that appears only when the field
   * loses focus would move the button under the pointer.
   */
  edited() {
    this.element.dataset.valid = String(this.control.value.trim() !== '' && this.syntaxFault() === '');
    this.showError(this.syntaxFault());
  }

  syntaxFault() {
    try {
      this.value();
      return '';
    } catch (failure) {
      return t('jsonError', { reason: failure.message });
    }
  }

  fault() {
    return this.syntaxFault() || super.fault();
  }

  value() {
    return this.control.value.trim() === '' ? undefined : JSON.parse(this.control.value);
  }
}

function makeField(variable, id) {
  const { type, format } = variable;
  if (TEXT.has(type) || type === 'base64') {
    return new TextField(variable, id, true);
  }
  if (LINE.has(type) || (type in FILES && (format === 'url' || format === 'path'))) {
    return new TextField(variable, id, variable.name === null);
  }
  const kind = {
    number: NumberField,
    integer: NumberField,
    boolean: CheckField,
    select: SelectField,
    slider: SliderField,
  }[type];
  return new (kind ?? (type in FILES ? FileField : JsonField))(variable, id);
}

function text(value) {
  return value === undefined || value === null ? '' : String(value);
}
