/** The page: choose a workflow, fill in its text, run it, watch the output being written. */

import { Problem, checkHealth, curlCommand, fetchWorkflows, run, wireOf } from './api.js';
import { Transcript } from './transcript.js';

const READINESS_EVERY_MILLIS = 2000;
const COPIED_FOR_MILLIS = 2000;
const LONGEST_LEAD = 400;
const OPENING = 'Once upon a time';
const TEXT_TYPES = new Set(['', 'text', 'string', 'markdown']);

const page = Object.fromEntries([...document.querySelectorAll('[id]')].map((element) => [element.id, element]));

const transcript = new Transcript({
  region: page.result,
  output: page.output,
  firstToken: page['first-token'],
  tokens: page.tokens,
  rate: page.rate,
  elapsed: page.elapsed,
});

let workflows = [];
let current = null;
let running = null;
let waitingForReadiness = false;
const drafts = new Map();

// ---------------------------------------------------------------------------------------------- workflows

async function open() {
  setStatus('connecting', 'Connecting');
  try {
    workflows = await fetchWorkflows();
  } catch (problem) {
    awaitReadiness(problem, open);
    return;
  }
  if (workflows.length === 0) {
    setStatus('waiting', 'Nothing to run');
    showNotice('There is no workflow yet', 'The configuration declares none.');
    return;
  }
  showWorkflows();
  // The list can be there while a model is still being loaded.
  checkHealth().then(showReady, (problem) => awaitReadiness(problem, showReady));
}

function showWorkflows() {
  for (const workflow of workflows) {
    const choice = document.createElement('input');
    choice.type = 'radio';
    choice.name = 'workflow';
    choice.value = workflow.workflow_id;
    choice.addEventListener('change', () => choose(workflow));
    const label = document.createElement('label');
    label.append(choice, nameOf(workflow));
    page.workflows.append(label);
  }
  page.workflows.hidden = workflows.length < 2;
  choose(workflows.find((workflow) => workflow.default) ?? workflows[0]);
  page.workbench.hidden = false;
}

function choose(workflow) {
  if (current) {
    drafts.set(current, page.prompt.value);
  }
  current = workflow;
  const choice = page.workflows.querySelector(`input[value="${CSS.escape(workflow.workflow_id)}"]`);
  choice.checked = true;

  page.title.textContent = nameOf(workflow);
  page.description.textContent = workflow.description ?? '';
  page.description.hidden = !workflow.description;
  document.title = `${nameOf(workflow)} · Weir`;

  const variable = textInput(workflow);
  page['prompt-label'].textContent = humanized(variable.name);
  page.prompt.name = variable.name;
  page.prompt.value = drafts.get(workflow) ?? String(variable.default ?? (variable.name === 'prompt' ? OPENING : ''));

  const others = (workflow.input ?? []).filter((other) => other.name !== variable.name);
  page['other-inputs'].textContent =
    others.length > 0 ? `Left at their defaults: ${others.map((other) => humanized(other.name)).join(', ')}.` : '';
  page['other-inputs'].hidden = others.length === 0;
  for (const unit of document.querySelectorAll('.unit')) {
    unit.textContent = unitOf(workflow);
  }

  page.curl.hidden = true;
  settle('idle');
}

const nameOf = (workflow) => workflow.title || humanized(workflow.workflow_id);

/** A text stream comes a token a chunk; objects are not tokens. */
const unitOf = (workflow) => (wireOf(workflow) === 'json' ? 'chunk' : 'token');

function textInput(workflow) {
  const isText = ({ type, options }) => TEXT_TYPES.has(type ?? '') && !options?.length;
  return (workflow.input ?? []).find(isText) ?? { name: 'prompt' };
}

function humanized(name) {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const enteredInput = () => ({ [page.prompt.name]: page.prompt.value });

// ---------------------------------------------------------------------------------------------- a run

async function start() {
  if (running) {
    return;
  }
  const workflow = current;
  const input = enteredInput();
  const prompt = page.prompt.value;
  running = new AbortController();
  const { signal } = running;
  transcript.begin();
  settle('waiting');
  announce('Running.');
  try {
    for await (const { value, streamed } of run(workflow, input, signal)) {
      if (streamed) {
        transcript.count();
      }
      if (page.result.dataset.state === 'waiting') {
        page.lead.textContent = readsOn(prompt, value) ? prompt : '';
        settle('writing');
      }
      transcript.append(value);
    }
    finish('done');
  } catch (failure) {
    if (signal.aborted) {
      finish('stopped');
    } else {
      finish('failed');
      showProblem(asProblem(failure));
    }
  }
}

function finish(state) {
  running = null;
  transcript.end();
  settle(state);
  if (state === 'done') {
    announce(`Finished: ${transcript.summary(unitOf(current))}.`);
  } else if (state === 'stopped') {
    announce(`Stopped: ${transcript.summary(unitOf(current))}.`);
  }
}

function stop() {
  running?.abort();
}

/** A completion carries on the prompt's own sentence; an answer begins a new one. Only the first is shown joined. */
function readsOn(prompt, value) {
  return (
    typeof value === 'string' &&
    prompt.length <= LONGEST_LEAD &&
    /[\p{L}\p{N},;:]$/u.test(prompt) &&
    /^[ ,;:.!?’']/.test(value)
  );
}

// ---------------------------------------------------------------------------------------------- what is shown

const PROGRESS = {
  idle: '',
  waiting: 'Waiting for the output',
  writing: 'Writing',
  done: 'Complete',
  stopped: 'Stopped',
  failed: 'Not complete',
};

function settle(state) {
  const active = state === 'waiting' || state === 'writing';
  if (state === 'idle') {
    transcript.clear();
  }
  if (state === 'idle' || state === 'waiting') {
    page.lead.textContent = '';
    page.problem.hidden = true;
  }
  page.result.dataset.state = state;
  page.result.setAttribute('aria-busy', String(active));
  page.progress.textContent = state === 'failed' && transcript.isEmpty ? 'Failed' : PROGRESS[state];
  page.placeholder.hidden = state !== 'idle' && !(state === 'done' && transcript.isEmpty);
  page.placeholder.textContent =
    state === 'done'
      ? 'The workflow finished without writing anything.'
      : 'The output appears here while it is being written.';
  page.workflows.disabled = active;
  page.run.setAttribute('aria-disabled', String(active));
  if (!active && document.activeElement === page.stop) {
    page.run.focus({ preventScroll: true });
  }
  page.stop.hidden = !active;
  if (state === 'waiting') {
    page.result.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }
}

function showProblem(problem) {
  page['problem-title'].textContent = problem.title;
  page['problem-detail'].textContent = problem.detail;
  page['problem-hint'].textContent = [retryHint(problem), problem.taskId && `Task ${problem.taskId}`]
    .filter(Boolean)
    .join(' · ');
  page.problem.hidden = false;
  page.problem.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  if (problem.status === 503 && !waitingForReadiness) {
    awaitReadiness(problem, showReady);
  }
}

function retryHint({ status, retryAfterSeconds: seconds }) {
  if (status !== 429 && status !== 503) {
    return '';
  }
  if (seconds === undefined) {
    return 'Try again in a moment.';
  }
  return `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`;
}

function asProblem(failure) {
  if (failure instanceof Problem) {
    return failure;
  }
  console.error(failure);
  return new Problem({ title: 'This page failed to show the output', detail: String(failure?.message ?? failure) });
}

function setStatus(state, text) {
  page.status.dataset.state = state;
  page['status-text'].textContent = text;
}

function showReady() {
  setStatus('ready', 'Ready');
  page.notice.hidden = true;
}

function showNotice(title, detail, hint = '') {
  for (const [id, text] of Object.entries({ 'notice-title': title, 'notice-detail': detail, 'notice-hint': hint })) {
    // The region is live: writing the same words again would have them read again.
    if (page[id].textContent !== text) {
      page[id].textContent = text;
    }
  }
  page.notice.hidden = false;
}

/** Screen readers hear of the beginning and the end of a run, not of every token. */
function announce(text) {
  page.announcer.textContent = text;
}

// ---------------------------------------------------------------------------------------------- readiness

/** Says what the server waits for, asks again until it is ready, then goes on. */
async function awaitReadiness(problem, next) {
  waitingForReadiness = true;
  for (let reason = problem; reason; ) {
    showWaiting(reason);
    await new Promise((resolve) => setTimeout(resolve, READINESS_EVERY_MILLIS));
    reason = await checkHealth().then(
      () => null,
      // A health check without a reason does not replace one that the API gave.
      (failure) => (failure.detail || failure.status !== reason.status ? failure : reason),
    );
  }
  waitingForReadiness = false;
  next();
}

function showWaiting({ status, title, detail }) {
  const reached = status !== 0;
  setStatus(reached ? 'waiting' : 'failed', reached ? 'Not ready yet' : 'Not reachable');
  const namesNoCause = /^(service unavailable|status 503)$/i.test(title);
  showNotice(namesNoCause ? 'The server is not ready yet' : title, detail, 'This page keeps checking.');
}

// ---------------------------------------------------------------------------------------------- the curl command

async function copyCurl() {
  page.curl.textContent = curlCommand(current, enteredInput());
  let copied = false;
  try {
    await navigator.clipboard.writeText(page.curl.textContent);
    copied = true;
  } catch {
    // Browsers offer the clipboard to secure pages only: elsewhere the command is shown, selected.
    page.curl.hidden = false;
    window.getSelection().selectAllChildren(page.curl);
    page.curl.focus();
  }
  announce(copied ? 'The curl command was copied.' : 'The curl command is shown and selected.');
  if (copied) {
    page['copy-curl'].textContent = 'Copied';
    setTimeout(() => (page['copy-curl'].textContent = 'Copy as curl'), COPIED_FOR_MILLIS);
  }
}

// ---------------------------------------------------------------------------------------------- wiring

page.form.addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
page.prompt.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    page.form.requestSubmit();
  }
});
page.prompt.addEventListener('input', () => (page.curl.hidden = true));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    stop();
  }
});
page.stop.addEventListener('click', stop);
page['copy-curl'].addEventListener('click', copyCurl);
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  page.modifier.textContent = '⌘';
}

open();
