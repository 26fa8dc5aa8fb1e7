/** The page: choose a workflow, fill in its form, run it, and read the output while it is generated. */

import { API_BASE } from './base.js';
import { curlCommand, fetchScript } from './commands.js';
import { credentials, hasKey, keep, wantsKey } from './door.js';
import { element, humanized, icon } from './dom.js';
import { Fields } from './fields.js';
import { t, translate } from './messages.js';
import { Figures, OutputView } from './output.js';
import { Problem, WeirClient } from './weir-client.js';

const READINESS_EVERY_MILLIS = 1000;
const COPIED_FOR_MILLIS = 2000;
const MOST_RUNS_KEPT = 30;
const LONGEST_SUMMARY = 80;

const page = Object.fromEntries([...document.querySelectorAll('[id]')].map((found) => [found.id, found]));
const client = new WeirClient({ baseUrl: API_BASE, headers: credentials });
const beside = window.matchMedia('(min-width: 64rem)');

let workflows = [];
let current = null;
let shown = null;
let running = null;
let waitingForReadiness = false;
const forms = new Map();
const runs = [];

// ---------------------------------------------------------------------------------------------- workflows

async function open() {
  setStatus('connecting', t('connecting'));
  try {
    workflows = await client.workflows();
  } catch (problem) {
    if (wantsKey(problem)) {
      askForKey();
    } else {
      awaitReadiness(problem, open);
    }
    return;
  }
  if (workflows.length === 0) {
    setStatus('waiting', t('nothingToRun'));
    showNotice(t('noWorkflow'), t('noWorkflowDetail'));
    return;
  }
  page.workflows.replaceChildren(...workflows.map(link));
  page.navigation.hidden = workflows.length < 2;
  page.layout.classList.toggle('alone', workflows.length < 2);
  page.workbench.hidden = false;
  follow();
  // The list is available while a model still loads.
  client.health().then(showReady, (problem) => awaitReadiness(problem, showReady));
}

/** The content of the page stays, since a key can expire while the page is open. */
function askForKey() {
  setStatus('waiting', t('locked'));
  page['key-error'].hidden = !hasKey();
  page.door.hidden = false;
  page.key.focus();
}

async function unlock() {
  keep(page.key.value.trim());
  page.key.value = '';
  page.door.hidden = true;
  if (page.workbench.hidden) {
    open();
    return;
  }
  await client.workflows().then(
    () => setStatus('ready', t('ready')),
    (problem) => (wantsKey(problem) ? askForKey() : awaitReadiness(problem, showReady)),
  );
}

function link(workflow) {
  return element(
    'li',
    {},
    element(
      'a',
      { href: `#/${encodeURIComponent(workflow.workflow_id)}`, dataset: { workflow: workflow.workflow_id } },
      element('span', { className: 'workflow-title' }, nameOf(workflow)),
      workflow.description && element('span', { className: 'workflow-description' }, workflow.description),
    ),
  );
}

/** Shows the workflow that the address names, `#/id`, or the default one. */
function follow() {
  const id = decodedOr(window.location.hash.replace(/^#\/?/, ''));
  const named = workflows.find((workflow) => workflow.workflow_id === id);
  if (id && !named && window.location.hash.startsWith('#/')) {
    showNotice(t('unknownWorkflow', { id }), t('unknownWorkflowDetail'));
  } else if (!waitingForReadiness) {
    page.notice.hidden = true;
  }
  const workflow = named ?? current ?? workflows.find((candidate) => candidate.default) ?? workflows[0];
  if (workflow !== current) {
    choose(workflow);
  }
}

function decodedOr(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function choose(workflow) {
  current = workflow;
  for (const anchor of page.workflows.querySelectorAll('a')) {
    if (anchor.dataset.workflow === workflow.workflow_id) {
      anchor.setAttribute('aria-current', 'page');
    } else {
      anchor.removeAttribute('aria-current');
    }
  }
  page.title.textContent = nameOf(workflow);
  page.description.textContent = workflow.description ?? '';
  page.description.hidden = !workflow.description;
  document.title = `${nameOf(workflow)} · Weir`;
  if (!forms.has(workflow)) {
    forms.set(workflow, new Fields(workflow.input ?? []));
  }
  page.fields.replaceChildren(...form().elements);
  page['form-error'].hidden = true;
  page.command.hidden = true;
  if (!running) {
    show(runs.find((run) => run.workflow === workflow) ?? null);
  }
}

const form = () => forms.get(current);

const nameOf = (workflow) => workflow.title || humanized(workflow.workflow_id);

/** Returns the stream format that a workflow declares; `auto` without one. */
function wireOf(workflow) {
  const formats = (workflow.output ?? []).map(({ format }) => format);
  return formats.find((format) => format === 'sse-text' || format === 'sse-json') ?? 'auto';
}

// ---------------------------------------------------------------------------------------------- a run

async function start() {
  page['form-error'].hidden = true;
  if (running) {
    return;
  }
  if (form().invalid()) {
    announce(t('invalid'));
    return;
  }
  const workflow = current;
  const wire = wireOf(workflow);
  const run = {
    workflow,
    form: form(),
    summary: form().text.trim().slice(0, LONGEST_SUMMARY),
    view: new OutputView(workflow.output ?? [], form().prompt),
    figures: new Figures(page),
    state: 'waiting',
    problem: null,
    at: new Date(),
  };
  running = run;
  remember(run);
  show(run);
  announce(t('runningAnnounced'));
  requestAnimationFrame(onFrame);
  // A stream without a declared format is the upstream's own. It cannot be resumed.
  run.stream = client.run(form().values, {
    workflow: workflow.workflow_id,
    wire,
    resume: wire !== 'auto',
    onReconnect: () => reconnecting(run),
  });
  try {
    for await (const chunk of run.stream) {
      run.figures.count();
      if (run.state !== 'writing') {
        settle(run, 'writing');
      }
      run.view.append(chunk);
    }
    finish(run, 'done');
  } catch (failure) {
    if (failure?.name === 'AbortError') {
      finish(run, 'stopped');
    } else {
      fail(run, asProblem(failure));
    }
  }
}

/** Updates the page during a run: once per animation frame, with all chunks since the last one. */
function onFrame() {
  if (!running) {
    return;
  }
  requestAnimationFrame(onFrame);
  if (running === shown) {
    const grew = running.view.flush();
    running.figures.tick();
    if (grew) {
      keepEndInSight();
    }
  }
}

function reconnecting(run) {
  if (run.state !== 'reconnecting') {
    settle(run, 'reconnecting');
    announce(t('reconnectingAnnounced'));
  }
}

function finish(run, state) {
  running = null;
  run.figures.end();
  run.view.flush(true);
  settle(run, state);
  if (run === shown) {
    keepEndInSight();
  }
  const said = { done: 'doneAnnounced', stopped: 'stoppedAnnounced' }[state];
  if (said) {
    announce(t(said, { chunks: run.figures.chunks, seconds: run.figures.seconds }));
  }
}

function fail(run, problem) {
  if (problem.status === 422 && run.form === form() && run.form.refuse(problem.errors)) {
    // No run has started: the problems are shown at the fields. An earlier output is not of these inputs.
    running = null;
    runs.splice(runs.indexOf(run), 1);
    showRuns();
    show(null);
    announce(t('invalid'));
    return;
  }
  run.problem = problem;
  finish(run, 'failed');
  if (wantsKey(problem)) {
    askForKey();
    return;
  }
  if (scroll.following) {
    page.problem.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }
  if (problem.status === 503 && !waitingForReadiness) {
    awaitReadiness(problem, showReady);
  }
}

function stop() {
  running?.stream?.cancel();
}

// ---------------------------------------------------------------------------------------------- what is shown

function settle(run, state) {
  run.state = state;
  showRuns();
  if (run === shown) {
    showState();
  }
}

/** Shows the output of a run; null for none. */
function show(run) {
  shown = run;
  page.output.replaceChildren(...(run ? [run.view.root] : []));
  page.view.hidden = !run?.view.isMarkdown;
  page.output.dataset.view = page.view.querySelector(':checked').value;
  scroll = { following: run === running, top: 0 };
  run?.view.flush(run.state !== 'waiting' && run.state !== 'writing');
  showState();
  showRuns();
}

function showState() {
  const state = shown?.state ?? 'idle';
  page['result-title'].textContent =
    shown && workflows.length > 1 ? `${t('output')} · ${nameOf(shown.workflow)}` : t('output');
  const active = running !== null && running === shown;
  const empty = !shown || (shown.view.isEmpty && !shown.problem);
  page.result.dataset.state = state;
  page.result.setAttribute('aria-busy', String(active));
  page.progress.textContent = t(state === 'failed' && !shown.view.isEmpty ? 'partial' : state);
  page.placeholder.hidden = !(state === 'idle' || (state === 'done' && empty));
  page.placeholder.textContent = t(state === 'done' ? 'nothing' : 'placeholder');
  page['copy-output'].hidden = !shown || shown.view.isEmpty;
  page.run.setAttribute('aria-disabled', String(running !== null));
  if (!active && document.activeElement === page.stop) {
    page.run.focus({ preventScroll: true });
  }
  page.stop.hidden = !active;
  shown?.figures.show();
  showProblem(shown?.problem);
  if (state === 'waiting' && !beside.matches) {
    page.result.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }
}

function showProblem(problem) {
  page.problem.hidden = !problem;
  if (problem) {
    page['problem-title'].textContent = problem.title;
    page['problem-detail'].textContent = problem.detail;
    page['problem-hint'].textContent = [retryHint(problem), problem.taskId && t('task', { id: problem.taskId })]
      .filter(Boolean)
      .join(' · ');
  }
}

function retryHint({ status, retryAfterSeconds: seconds }) {
  if (status !== 429 && status !== 503) {
    return '';
  }
  return seconds === undefined ? t('retryNow') : t('retryIn', { seconds });
}

/** Messages of this client are translated; messages of the server are shown as they are. */
function asProblem(failure) {
  if (!(failure instanceof Problem)) {
    console.error(failure);
    return new Problem({ title: t('pageFailed'), detail: String(failure?.message ?? failure) });
  }
  const key = { 'The connection broke': 'broken', 'The server cannot be reached': 'unreachable' }[failure.title];
  if (failure.status === 0 && key) {
    failure.title = t(`${key}Title`);
    failure.detail = t(`${key}Detail`);
    failure.taskId ||= running?.stream?.taskId ?? '';
  }
  return failure;
}

let scroll = { following: true, top: 0 };

/** Keeps the end visible until the reader scrolls up, and again when the reader scrolls back to the end. */
function keepEndInSight() {
  const scroller = beside.matches ? page.sheet : document.scrollingElement;
  const hidden = beside.matches
    ? scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
    : page.sheet.getBoundingClientRect().bottom - window.innerHeight;
  if (scroller.scrollTop < scroll.top - 1) {
    scroll.following = false;
  }
  if (hidden <= 64) {
    scroll.following = true;
  }
  if (scroll.following && hidden > 0) {
    scroller.scrollTop += hidden;
  }
  scroll.top = scroller.scrollTop;
}

// ---------------------------------------------------------------------------------------------- history

function remember(run) {
  runs.unshift(run);
  runs.length = Math.min(runs.length, MOST_RUNS_KEPT);
}

function showRuns() {
  page.history.hidden = runs.length < 2 && runs.every((run) => run === shown);
  page.layout.classList.toggle('remembers', !page.history.hidden);
  page.runs.replaceChildren(
    ...runs.map((run) => {
      const button = element(
        'button',
        { type: 'button', dataset: { state: run.state }, 'aria-current': run === shown ? 'true' : undefined },
        element('span', { className: 'run-title' }, run.summary || nameOf(run.workflow)),
        element(
          'span',
          { className: 'run-facts' },
          `${run.at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })} · ${t(run.state === 'failed' && !run.view.isEmpty ? 'partial' : run.state)}`,
        ),
      );
      button.addEventListener('click', () => show(run));
      return element('li', {}, button);
    }),
  );
}

// ---------------------------------------------------------------------------------------------- readiness

function setStatus(state, text) {
  page.status.dataset.state = state;
  page['status-text'].textContent = text;
}

function showReady({ failed } = {}) {
  setStatus('ready', t('ready'));
  const failures = Object.entries(failed ?? {});
  if (failures.length > 0) {
    showNotice(t('failedComponents'), '', failures.map(([id, reason]) => `${id}: ${reason}`));
  } else {
    page.notice.hidden = true;
  }
}

/** Shows what the server waits for, checks until it is ready, then calls `next`. */
async function awaitReadiness(problem, next) {
  waitingForReadiness = true;
  const since = new Map();
  for (let reason = problem; reason; ) {
    showWaiting(reason, since);
    await new Promise((resolve) => setTimeout(resolve, READINESS_EVERY_MILLIS));
    reason = await client.health().then(
      (health) => {
        waitingForReadiness = false;
        next(health);
      },
      // A failed health check without a reason does not replace a reason from the API.
      (failure) => (failure.detail || failure.status !== reason.status ? failure : reason),
    );
  }
}

function showWaiting(problem, since) {
  const { loading = [], problems = [] } = problem.members ?? {};
  if (problem.status === 0) {
    setStatus('failed', t('unreachable'));
    showNotice(t('unreachableTitle'), t('unreachableDetail'), [], t('keepsChecking'));
  } else if (problems.length > 0) {
    setStatus('failed', t('notReady'));
    showNotice(t('problemsTitle'), t('problemsDetail'), problems, t('keepsChecking'));
  } else if (loading.length > 0) {
    setStatus('waiting', t('notReady'));
    const now = performance.now();
    const rows = loading.map(({ component, file, percent }) => {
      since.set(component, since.get(component) ?? now);
      const seconds = Math.round((now - since.get(component)) / 1000);
      return [component, file && `${file} ${percent} %`, seconds > 1 && t('loadingFor', { seconds })]
        .filter(Boolean)
        .join(' · ');
    });
    showNotice(t('loadingTitle'), t('loadingDetail'), rows, '', 'loading');
  } else {
    setStatus('waiting', t('notReady'));
    showNotice(t('waitingTitle'), problem.detail, [], t('keepsChecking'));
  }
}

function showNotice(title, detail, list = [], hint = '', kind = 'plain') {
  page.notice.dataset.kind = kind;
  // Screen readers read a live region again when it is written, so equal text is not written.
  for (const [id, text] of Object.entries({ 'notice-title': title, 'notice-detail': detail, 'notice-hint': hint })) {
    if (page[id].textContent !== text) {
      page[id].textContent = text;
    }
  }
  // Items that stay are not created again.
  const items = [...page['notice-list'].children];
  list.forEach((text, i) => {
    const item = items[i] ?? page['notice-list'].appendChild(element('li', { 'aria-live': 'off' }));
    item.textContent = text;
  });
  items.slice(list.length).forEach((item) => item.remove());
  page.notice.hidden = false;
}

/** For screen readers: announces the beginning and the end of a run, not every chunk. */
function announce(text) {
  page.announcer.textContent = text;
}

// ---------------------------------------------------------------------------------------------- copying

async function copy(text, button) {
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    // Browsers allow the clipboard only to secure pages. Elsewhere the text is shown and selected.
    page.command.textContent = text;
    page.command.hidden = false;
    window.getSelection().selectAllChildren(page.command);
    page.command.focus();
  }
  announce(t(copied ? 'copiedAnnounced' : 'shownAnnounced'));
  if (copied) {
    button.classList.add('copied');
    setTimeout(() => button.classList.remove('copied'), COPIED_FOR_MILLIS);
  }
}

function copyCommand(command, button) {
  if (!form().invalid()) {
    copy(command(client.url('workflows/runs').href, current.workflow_id, form().values, hasKey()), button);
  }
}

// ---------------------------------------------------------------------------------------------- wiring

translate(document);
page['copy-output'].append(icon('copy'), icon('check'), element('span', {}, t('copy')));
page.form.addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing && !page.workbench.hidden) {
    event.preventDefault();
    start();
  } else if (event.key === 'Escape') {
    stop();
  }
});
page.door.addEventListener('submit', (event) => {
  event.preventDefault();
  unlock();
});
page.form.addEventListener('input', () => (page.command.hidden = true));
page.stop.addEventListener('click', stop);
page['copy-curl'].addEventListener('click', () => copyCommand(curlCommand, page['copy-curl']));
page['copy-fetch'].addEventListener('click', () => copyCommand(fetchScript, page['copy-fetch']));
page['copy-output'].addEventListener('click', () => copy(shown.view.text, page['copy-output']));
// Media and the Markdown parser load after the chunks that need them, and grow the output.
for (const grown of ['load', 'loadedmetadata']) {
  page.output.addEventListener(grown, keepEndInSight, { capture: true });
}
page.view.addEventListener('change', () => (page.output.dataset.view = page.view.querySelector(':checked').value));
window.addEventListener('hashchange', follow);
// A page that is being closed cancels its run, since the output has no reader.
window.addEventListener('pagehide', stop);
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  page.modifier.textContent = '⌘';
}

open();
