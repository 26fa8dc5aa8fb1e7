// The little of a browser that the guide's script touches: one element, whose text is printed as JSON at the end.
const output = { textContent: '' };
globalThis.document = { getElementById: (id) => (id === 'output' ? output : null) };
await import('./guide.mjs');
console.log(JSON.stringify(output.textContent));
