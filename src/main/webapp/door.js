/** The key that the server asks for. It is kept for this tab only, and as long as that is open. */

const NAME = `weir-key:${window.location.pathname}`;

let key = stored();

/** Browsers may keep nothing at all for a page: then the key lasts until it is loaded anew. */
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
    // It is kept by this module.
  }
}

/** Whether there is one, be it right or not. */
export const hasKey = () => key !== '';

/** What every request has to say; nothing that a header cannot carry, which no key has. */
export const credentials = () => (/^[!-~]+$/.test(key) ? { Authorization: `Bearer ${key}` } : {});

/** Whether the server wants a key, or another. */
export const wantsKey = (problem) => problem.type === 'urn:weir:problem:unauthenticated';
