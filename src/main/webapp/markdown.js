/**
 * Shows Markdown as elements while it is generated. Elements are created from the parser's tokens by their kind. HTML
 * in the text stays text, links lead only to the web or to mail, and images become links, so that nothing is fetched.
 *
 * Blocks before the last one do not change any more, so only the last block is parsed again.
 */

import { element } from './dom.js';
import { Lexer } from './vendor/marked.esm.js';

const ENTITIES = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…',
  mdash: '—', ndash: '–', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', bull: '•',
  middot: '·', times: '×', deg: '°', euro: '€', rarr: '→', larr: '←',
};
/** A longer block is no prose: the rest of it is shown as text until it ends. */
const LONGEST_BLOCK = 50_000;
/** The parser's time grows with the square of these in a paragraph or cell, so one with more of them is shown as text. */
const MARK = /[*_~`[\]<>@!\\]/g;
const MOST_MARKS = 1_000;
/** The parser's stack grows with the depth of quotes and lists that begin in one line. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){100}/m;
/** Parsing the last block takes at most about one part in this many of the time. */
const IDLE_SHARE = 4;

export class MarkdownView {
  #root;
  #tail = '';
  #tailNodes = [];
  #notBefore = 0;
  #stale = false;

  constructor(root) {
    this.#root = root;
  }

  append(text) {
    this.#tail += text;
    this.#stale = true;
  }

  /** Shows the appended text, unless the last rendering was slow and recent. With `last` it is always shown. */
  render(last = false) {
    const begin = performance.now();
    if (!this.#stale || (!last && begin < this.#notBefore)) {
      return false;
    }
    this.#stale = false;
    // The parser does the same, and the tokens must be as long as the text. A CR at the end may be half of a line
    // break.
    this.#tail = this.#tail.replace(/\r\n|\r(?!$)/g, '\n');
    const tokens = this.#tail.length > LONGEST_BLOCK && !last ? null : lexed(this.#tail);
    if (tokens === null) {
      this.#replaceTail([element('pre', {}, this.#tail)]);
    } else {
      this.#settle(tokens, last);
    }
    this.#notBefore = performance.now() + IDLE_SHARE * (performance.now() - begin);
    return true;
  }

  /** Fixes all blocks but the last. Only the last one may still get link targets that are defined below it. */
  #settle(tokens, last) {
    let final = last ? tokens.length : tokens.findLastIndex((token) => token.type !== 'space');
    // A list may continue after an empty line, and the next text may belong to it.
    while (!last && final > 0 && ['space', 'list'].includes(tokens[final - 1].type)) {
      final--;
    }
    const settled = tokens.slice(0, Math.max(final, 0));
    const rest = tokens.slice(settled.length);
    this.#replaceTail(blocks(settled));
    this.#tailNodes = [];
    // Cut from the text, since tokens replace a blank at the end of a list by a line feed.
    this.#tail = this.#tail.slice(settled.reduce((sum, token) => sum + token.raw.length, 0));
    this.#replaceTail(blocks(rest));
  }

  #replaceTail(nodes) {
    for (const node of this.#tailNodes) {
      node.remove();
    }
    // One by one, since an engine limits the number of arguments.
    for (const node of nodes) {
      this.#root.append(node);
    }
    this.#tailNodes = nodes;
  }
}

/** Returns the tokens of a text, as `Lexer.lex` does, in bounded time for each paragraph; null if its blocks are nested too deeply. */
function lexed(text) {
  if (TOO_DEEP.test(text)) {
    return null;
  }
  const lexer = new Lexer();
  try {
    lexer.blockTokens(text.replace(/\r$/, '\n'), lexer.tokens);
    // The queue grows while it is read.
    for (const { src, tokens } of lexer.inlineQueue) {
      if (src.length > LONGEST_BLOCK || (src.match(MARK)?.length ?? 0) > MOST_MARKS) {
        tokens.push({ type: 'text', raw: src, text: src });
      } else {
        lexer.state.inRawBlock = false;
        lexer.inlineTokens(src, tokens);
      }
    }
    return lexer.tokens;
  } catch (failure) {
    console.warn('Markdown is shown as text', failure);
    return null;
  }
}

function blocks(tokens) {
  return tokens.flatMap((token) => block(token));
}

function block(token) {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      // The page's own headings are of the first and second level.
      return [element(`h${Math.min(6, token.depth + 2)}`, {}, ...inlines(token.tokens))];
    case 'paragraph':
      return [element('p', {}, ...inlines(token.tokens))];
    case 'text':
      return token.tokens ? inlines(token.tokens) : [unescaped(token.text)];
    case 'code':
      return [element('pre', {}, element('code', {}, token.text))];
    case 'blockquote':
      return [element('blockquote', {}, ...blocks(token.tokens))];
    case 'hr':
      return [element('hr')];
    case 'list':
      return [list(token)];
    case 'table':
      return [table(token)];
    default:
      return [element('p', {}, token.raw)];
  }
}

function list(token) {
  const items = token.items.map((item) =>
    element(
      'li',
      { className: item.task ? 'task' : '' },
      item.task && element('span', { className: 'box', role: 'img', 'aria-label': item.checked ? '☑' : '☐' }, item.checked ? '☑' : '☐'),
      ...blocks(item.tokens.filter((child) => child.type !== 'checkbox')),
    ),
  );
  return element(token.ordered ? 'ol' : 'ul', token.ordered && token.start !== 1 ? { start: token.start } : {}, ...items);
}

function table(token) {
  const cell = (name) => (content) => {
    const made = element(name, {}, ...inlines(content.tokens));
    if (content.align) {
      made.classList.add(content.align);
    }
    return made;
  };
  return element(
    'div',
    { className: 'table', role: 'group', tabIndex: 0, 'aria-label': token.header.map((head) => head.text).join(', ') },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...token.header.map(cell('th')))),
      element('tbody', {}, ...token.rows.map((row) => element('tr', {}, ...row.map(cell('td'))))),
    ),
  );
}

function inlines(tokens = []) {
  return tokens.flatMap((token) => {
    switch (token.type) {
      case 'text':
        return token.tokens ? inlines(token.tokens) : [unescaped(token.text)];
      case 'escape':
        return [token.text];
      case 'strong':
      case 'em':
      case 'del':
        return [element(token.type, {}, ...inlines(token.tokens))];
      case 'codespan':
        return [element('code', {}, token.text)];
      case 'br':
        return [element('br')];
      case 'link':
        return [link(token.href, inlines(token.tokens))];
      case 'image':
        return [link(token.href, [token.text || token.href])];
      default:
        return [token.raw];
    }
  });
}

function link(href, children) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return element('span', {}, ...children);
  }
  return ['http:', 'https:', 'mailto:'].includes(url.protocol)
    ? element('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children)
    : element('span', {}, ...children);
}

/** Replaces HTML character references in Markdown text. */
function unescaped(text) {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,8}));/gi, (reference, hex, decimal, name) => {
    if (name) {
      return ENTITIES[name] ?? reference;
    }
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
