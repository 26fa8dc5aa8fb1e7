/** The same run as text for other clients. The key is not copied: a variable takes its place. */

/** Returns a curl command for a POSIX shell. Values of a form that curl would interpret are quoted for curl. */
export function curlCommand(url, workflow, input, locked) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const files = filesOf(input);
  const head = `curl -N -X POST ${quote(url)}${locked ? ' \\\n  -H "Authorization: Bearer $WEIR_KEY"' : ''}`;
  if (files.length === 0) {
    return [head, `-H 'Content-Type: application/json'`, `-d ${quote(body(workflow, input))}`].join(' \\\n  ');
  }
  const rest = Object.fromEntries(Object.entries(input).filter(([, value]) => !(value instanceof File)));
  return [
    head,
    `-F ${quote(`workflow_id=${workflow}`)}`,
    `-F output_only=true`,
    ...(Object.keys(rest).length > 0 ? [`-F ${quote(`input=${JSON.stringify(JSON.stringify(rest))};type=application/json`)}`] : []),
    ...files.map(([name, file]) => `-F ${quote(`input[${name}]=@${file.name}`)}`),
  ].join(' \\\n  ');
}

/** Returns a JavaScript program with `fetch`. */
export function fetchScript(url, workflow, input, locked) {
  const authorization = locked ? 'Authorization: `Bearer ${key}`' : '';
  const files = filesOf(input);
  if (files.length === 0) {
    return `const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json'${authorization && `, ${authorization}`} },
  body: JSON.stringify(${indented(JSON.parse(body(workflow, input)))}),
});
const text = response.body.pipeThrough(new TextDecoderStream());
for await (const piece of text) {
  console.log(piece);
}
`;
  }
  const rest = Object.fromEntries(Object.entries(input).filter(([, value]) => !(value instanceof File)));
  return `const form = new FormData();
form.append('workflow_id', ${JSON.stringify(workflow)});
form.append('output_only', 'true');
form.append('input', new Blob([JSON.stringify(${indented(rest)})], { type: 'application/json' }));
${files.map(([name]) => `form.append(${JSON.stringify(`input[${name}]`)}, fileInput.files[0]);`).join('\n')}
const response = await fetch(${JSON.stringify(url)}, { method: 'POST', ${authorization && `headers: { ${authorization} }, `}body: form });
console.log(await response.text());
`;
}

const filesOf = (input) => Object.entries(input ?? {}).filter(([, value]) => value instanceof File);

const indented = (value) => JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');

function body(workflow, input) {
  return JSON.stringify({ workflow_id: workflow, input, output_only: true, wait_for_completion: true });
}
