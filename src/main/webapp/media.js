/**
 * Images, sounds and files in a workflow's output. They are shown from data; an address is shown as text and never
 * fetched.
 */

import { element } from './dom.js';
import { t } from './messages.js';

/** The types that are not shown as text. */
export const MEDIA = new Set(['image', 'audio', 'video', 'file', 'base64']);

const SIGNATURES = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'audio/wav'],
  ['SUQz', 'audio/mpeg'],
  ['//uQ', 'audio/mpeg'],
  ['T2dnUw', 'audio/ogg'],
  ['JVBERi0', 'application/pdf'],
  ['AAAA', 'video/mp4'],
];
const SUBTYPES = { jpg: 'jpeg', mp3: 'mpeg', svg: 'svg+xml' };

/**
 * Creates a figure with the media and a link to save it.
 *
 * @param {string|Blob} content base64, a data: URL, an address, or the bytes
 * @param {{type: string, subtype?: string, format?: string}} variable the declaration in the workflow's schema
 */
export function mediaFigure(content, variable) {
  const blob = content instanceof Blob ? content : blobOf(content, variable);
  if (!blob) {
    return element('p', { className: 'text' }, content);
  }
  const kind = blob.type.split('/')[0];
  const url = URL.createObjectURL(blob);
  const shown = {
    image: () => element('img', { src: url, alt: t('image') }),
    audio: () => element('audio', { src: url, controls: true }),
    video: () => element('video', { src: url, controls: true }),
  }[kind]?.();
  const extension = blob.type.split('/')[1]?.replace(/\+.*/, '') || 'bin';
  const save = element('a', { href: url, download: `output.${extension}`, className: 'save' }, t('save'));
  return element('figure', { className: 'media' }, shown, element('figcaption', {}, save, ` ${size(blob.size)}`));
}

function blobOf(content, { type, subtype, format }) {
  const data = /^data:([^;,]*)(;base64)?,/.exec(content);
  if (format === 'url' || format === 'path' || (!data && !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(content))) {
    return null;
  }
  const base64 = data ? content.slice(data[0].length) : content;
  const declared = subtype && MEDIA.has(type) && type !== 'base64' ? `${type}/${SUBTYPES[subtype] ?? subtype}` : '';
  const sniffed = SIGNATURES.find(([signature]) => base64.startsWith(signature))?.[1];
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s+/g, '')), (character) => character.charCodeAt(0));
    return new Blob([bytes], { type: declared || data?.[1] || sniffed || 'application/octet-stream' });
  } catch {
    return null;
  }
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
