/** The key for the server. It is kept only for this tab, until the tab is closed. */

const NAME = `weir-key:${window.location.pathname}`;

let key = stored();

/** A browser may refuse storage: then the key lasts until the page is loaded again. */
function stored() {
  try {
    return window.sessionStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

export function keep(entered) {
  key = entered;
  try {
    window.sessionStorage.setItem(NAME, key);
  } catch {
    // The module variable still holds the key.
  }
}

/** True if there is a key, valid or not. */
export const hasKey = () => key !== '';

/** Returns the headers of every request. No valid key has characters that a header cannot carry. */
export const credentials = () => (/^[!-~]+$/.test(key) ? { Authorization: `Bearer ${key}` } : {});

/** True if the server needs a key, or another key. */
export const wantsKey = (problem) => problem.type === 'urn:weir:problem:unauthenticated';
