/** Shows a JSON value as a tree. Nodes are created when they are opened. */

import { element } from './dom.js';
import { t } from './messages.js';

const OPEN_TO_DEPTH = 4;
const LONGEST_OPEN = 50;
const LONGEST_INLINE = 72;
const PAGE = 200;

/**
 * Creates the tree of a value.
 *
 * @param {unknown} value a JSON value
 */
export function jsonTree(value) {
  return element('div', { className: 'json' }, node(null, value, 0));
}

function node(key, value, depth) {
  const label = key === null ? null : element('span', { className: 'json-key' }, `${key}: `);
  if (value === null || typeof value !== 'object' || isShort(value)) {
    return element('div', { className: 'json-line' }, label, leaf(value));
  }
  const entries = Array.isArray(value) ? value.map((child, i) => [i, child]) : Object.entries(value);
  const count = t(Array.isArray(value) ? 'items' : 'keys', { count: entries.length });
  const details = element(
    'details',
    { open: depth < OPEN_TO_DEPTH && entries.length <= LONGEST_OPEN },
    element('summary', {}, label, element('span', { className: 'json-count' }, count)),
  );
  const fill = () => {
    if (details.open && details.childElementCount === 1) {
      details.append(page(entries, 0, depth));
    }
  };
  details.addEventListener('toggle', fill);
  fill();
  return details;
}

/** Creates some of the entries, and a button for the next ones. */
function page(entries, from, depth) {
  const to = Math.min(entries.length, from + PAGE);
  const list = element('div', { className: 'json-children' });
  list.append(...entries.slice(from, to).map(([key, child]) => node(key, child, depth + 1)));
  if (to < entries.length) {
    const more = element('button', { type: 'button', className: 'quiet small' }, `… ${entries.length - to}`);
    more.addEventListener('click', () => more.replaceWith(page(entries, to, depth)));
    list.append(more);
  }
  return list;
}

const isShort = (value) =>
  Object.values(value).every((child) => child === null || typeof child !== 'object') &&
  JSON.stringify(value).length <= LONGEST_INLINE;

function leaf(value) {
  const kind = value === null ? 'null' : typeof value;
  return element('span', { className: `json-${kind}` }, JSON.stringify(value));
}
