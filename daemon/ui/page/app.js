// The live page: asks the daemon once a second while something runs, and follows the events of running runs. Everything
// that comes from the daemon is put into the page as text, never as markup.
'use strict';

const DETECT_STAGES = [['load', 'load'], ['detect', 'detect']];
const STAGES = [['load', 'load'], ['global', 'pooled regression'], ['map', 'plan'], ['fit', 'fit'], ['postprocess', 'combine']];
const ACTIVE = ['queued', 'running', 'cancelling'];
const $ = (id) => document.getElementById(id);

// The token comes in the address, which is then cleaned, and stays with this tab.
const token = (() => {
  const given = location.hash.slice(1);
  if (/^[0-9a-f]{32}$/.test(given)) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('token') || '';
})();

async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: 'no-store', credentials: 'omit', ...options });
  const text = await answer.text();
  let body = null;
  try { body = JSON.parse(text); } catch { /* logs are text */ }
  if (!answer.ok) throw new Error(body?.error?.message || `the answer was ${answer.status}`);
  return body ?? text;
}

const post = (path, body) => ask(path, { method: 'POST', headers: { 'X-Fitd-Token': token, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

function pill(state, exit) {
  const kind = { complete: exit ? 'warm' : 'good', fitted: 'good', failed: 'bad', fallback: 'warm', cancelled: 'warm', interrupted: 'warm', running: 'live', cancelling: 'live' }[state] || '';
  return element('span', { class: `pill ${kind}` }, state === 'complete' && exit ? 'complete, some failed' : state);
}

function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => box.classList.remove('shown'), 5000);
}

async function act(path, done, body = {}) {
  try {
    await post(path, body);
    toast(done);
  } catch (error) {
    toast(error.message);
  }
  refresh();
}

// --- what runs now ---

class ActiveRun {
  constructor(run) {
    this.id = run.id;
    this.rates = [[], []];
    this.failures = new Map();
    this.view = element('article', { class: 'card', 'aria-label': `Run ${run.id} of ${run.job}` });
    this.all = run.kind === 'detect' ? DETECT_STAGES : STAGES;
    this.title = element('h3', {}, run.kind === 'detect' ? `${run.job}, detection` : run.job);
    this.state = element('span');
    this.cancel = element('button', { class: 'danger', type: 'button', onclick: () => this.askToCancel(run.job) }, 'Cancel');
    this.cancel.disabled = !token;
    this.stages = element('ol', { class: 'stages', 'aria-label': 'Stages' });
    this.bar = element('i');
    this.meter = element('div', { class: 'meter', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': 'Progress of the stage' }, this.bar);
    this.facts = element('dl', { class: 'facts' });
    this.chart = element('div', { class: 'chart', role: 'img', 'aria-label': 'Targets a second over time' });
    this.workers = element('ul', { class: 'workers' });
    this.feed = element('ul', { class: 'feed', 'aria-live': 'polite', tabindex: '0', 'aria-label': 'Failures and deaths of workers' });
    this.quiet = element('p', { class: 'soft' }, run.kind === 'detect' ? 'Nothing so far.' : 'No failures and no deaths so far.');
    this.since = element('span', { class: 'soft since' });
    this.view.append(
      element('div', { class: 'run-head' }, this.title, this.state, this.since, this.cancel),
      this.stages, this.meter, this.facts,
      element('div', { class: 'two' },
        element('div', {}, element('h4', {}, 'Targets a second'), this.chart),
        element('div', {}, element('h4', {}, 'Workers'), this.workers, element('h4', {}, run.kind === 'detect' ? 'Found, failures and deaths' : 'Failures and deaths'), this.quiet, this.feed)));
    $('active').append(this.view);
    this.follow();
  }

  update(run) {
    const p = run.progress;
    this.state.replaceChildren(pill(run.state));
    this.view.classList.toggle('queued', run.state === 'queued');
    this.since.textContent = run.state === 'queued' ? `run ${run.id}, waits since ${when(run.queued_at)}` : `run ${run.id}, since ${when(run.started_at || run.queued_at)}`;
    this.cancel.disabled = !token || run.state === 'cancelling';
    const at = this.all.findIndex(([key]) => key === p?.stage);
    this.stages.replaceChildren(...this.all.map(([key, name], i) =>
      element('li', { class: i < at ? 'done' : i === at ? 'now' : '', 'aria-current': key === p?.stage ? 'step' : null }, element('span', { class: 'mark' }), name)));
    const share = p && p.total > 0 ? Math.min(100, 100 * p.done / p.total) : 0;
    this.bar.style.width = `${share}%`;
    this.meter.setAttribute('aria-valuenow', share.toFixed(0));
    this.meter.setAttribute('aria-valuetext', p ? `${p.stage}: ${share.toFixed(0)} %` : run.state);
    const unit = p?.stage === 'load' ? 'bytes' : 'targets';
    const size = unit === 'bytes' ? bytes : number;
    const of = (value, text) => [value, element('small', {}, ` ${text}`)];
    const facts = [['Done', p ? `${share.toFixed(0)} %` : '–'], [unit === 'bytes' ? 'Read' : 'Targets', p ? of(size(p.done), `of ${size(p.total)}`) : '–'],
      ['Rate', p && unit === 'targets' && p.rate > 0 ? of(number(p.rate), 'a second') : '–'], ['Time left', p?.eta_seconds == null ? '–' : duration(p.eta_seconds)],
      ['Running for', duration(Math.floor((Date.now() - new Date(run.started_at || run.queued_at)) / 1000))], ['Failures', number(p?.failures ?? 0)], ['Worker deaths', number(p?.worker_deaths ?? 0)]];
    this.facts.replaceChildren(...facts.map(([name, value]) => element('div', {}, element('dt', {}, name),
      element('dd', { class: (name === 'Failures' || name === 'Worker deaths') && value !== '0' ? 'bad' : '' }, ...[value].flat()))));
    this.workers.replaceChildren(...(p?.workers ?? []).slice(0, 64).map((w) => element('li', { title: `pid ${w.pid}` }, element('b', {}, String(w.worker)), w.cpu >= 0 ? ` on CPU ${w.cpu}` : '')));
    if (p && (p.stage === 'fit' || p.stage === 'detect') && p.rate > 0) this.addRate(p.rate);
  }

  addRate(rate) {
    this.rates[0].push(Date.now() / 1000);
    this.rates[1].push(rate);
    if (this.rates[0].length > 600) this.rates.forEach((list) => list.shift());
    const options = () => ({ height: 170, axes: axes((_, ticks) => ticks.map(number)), scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.15, 1)] } },
      series: [{}, { stroke: style('--accent'), width: 2, fill: style('--accent-soft'), points: { show: false } }],
      plugins: [tooltip((i) => [when(this.rates[0][i] * 1000), ['forecast', 'targets a second', number(this.rates[1][i])]])] });
    if (charts.has(this.chart)) charts.get(this.chart).setData(this.rates);
    else draw(this.chart, () => [options(), this.rates]);
  }

  // Failures and deaths as they come.
  async follow() {
    try {
      const answer = await fetch(`/v1/runs/${this.id}/events`, { cache: 'no-store', credentials: 'omit', signal: (this.stop = new AbortController()).signal });
      if (!answer.ok) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const lines = (rest + value).split('\n');
        rest = lines.pop();
        for (const line of lines) this.tell(JSON.parse(line));
      }
    } catch { /* the run or the page has ended; the next refresh shows what is */ }
  }

  tell(event) {
    if (event.event === 'anomaly') return this.tellAnomaly(event);
    if (event.event !== 'failure' && event.event !== 'worker_death') return;
    this.quiet.hidden = true;
    const death = event.event === 'worker_death';
    this.feed.prepend(element('li', {}, element('span', { class: 'pill bad' }, death ? event.cause : 'failed'),
      element('span', { class: 'id' }, event.target || ''), death ? ` worker ${event.worker}, pid ${event.pid}` : ` ${event.reason}`));
    while (this.feed.children.length > 100) this.feed.lastChild.remove();
  }

  tellAnomaly(event) {
    this.quiet.hidden = true;
    const fleet = event.kind === 'fleet';
    this.feed.prepend(element('li', {}, element('span', { class: 'pill warm' }, event.kind),
      fleet ? ` ${number(event.observations)} targets at once` : element('span', { class: 'id' }, event.target), ` ${eventTime(event.start)}, score ${number(event.score)}`));
    while (this.feed.children.length > 100) this.feed.lastChild.remove();
  }

  askToCancel(job) {
    $('ask-text').textContent = `Cancel run ${this.id} of ${job}? What is finished is kept, the next run goes on from there.`;
    const dialog = $('ask');
    dialog.returnValue = 'no';
    dialog.onclose = () => { if (dialog.returnValue === 'yes') act(`/v1/runs/${this.id}/cancel`, `Run ${this.id} is being cancelled`); };
    dialog.showModal();
  }

  end() {
    this.stop?.abort();
    this.view.remove();
  }
}

const active = new Map();
function showActive(runs) {
  const now = runs.filter((run) => ACTIVE.includes(run.state)).reverse();
  for (const [id, view] of active) {
    if (!now.some((run) => run.id === id)) { view.end(); active.delete(id); }
  }
  for (const run of now) {
    if (!active.has(run.id)) active.set(run.id, new ActiveRun(run));
    active.get(run.id).update(run);
  }
  $('idle').hidden = now.length > 0;
}

// --- jobs and runs ---

// Rows are made anew only when they change, so that focus and selection stay.
function fill(body, key, rows) {
  if (body.dataset.key === key) return;
  body.dataset.key = key;
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  body.replaceChildren(...rows());
  if (focused) body.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function showJobs(jobs) {
  $('no-jobs').hidden = jobs.length > 0;
  fill($('job-rows'), JSON.stringify(jobs), () => jobs.map((job) => {
    const busy = ACTIVE.includes(job.last_run?.state);
    const start = element('button', { type: 'button', class: 'quiet', 'data-focus': `start ${job.name}`, 'aria-label': `Start ${job.name}`, onclick: () => act(`/v1/jobs/${encodeURIComponent(job.name)}/start`, `${job.name} is queued`) }, 'Start');
    start.disabled = !token || !job.valid || busy;
    const detect = element('button', { type: 'button', class: 'quiet', 'data-focus': `detect ${job.name}`, 'aria-label': `Detect anomalies of ${job.name}`, onclick: () => act(`/v1/jobs/${encodeURIComponent(job.name)}/start`, `A detection of ${job.name} is queued`, { kind: 'detect' }) }, 'Detect');
    detect.disabled = !token || !job.valid || !job.last_success_at || ACTIVE.includes(job.last_detection?.state);
    return element('tr', {}, element('th', { scope: 'row' }, job.name, job.valid ? null : element('p', { class: 'soft' }, job.error || 'not valid')),
      element('td', {}, job.last_run ? pill(job.last_run.state, job.last_run.exit) : element('span', { class: 'pill' }, 'never ran')),
      element('td', { class: 'soft time' }, job.last_success_at ? when(job.last_success_at) : 'no success yet'),
      element('td', { class: 'soft time', 'data-label': 'detection' }, job.last_detection_at ? when(job.last_detection_at) : '–'), element('td', { class: 'action' }, start, ' ', detect));
  }));
  for (const job of jobs) if (job.last_success_at) trained.add(job.name);
  const select = $('target-job');
  const names = jobs.map((job) => job.name);
  if ([...select.options].map((o) => o.value).join('\n') !== names.join('\n')) {
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
    if (names.includes(chosen)) select.value = chosen;
    listTargets();
  }
  // Until somebody chooses, a job that has something to show.
  if (!select.dataset.chosen && !trained.has(select.value)) {
    const first = names.find((name) => trained.has(name));
    if (first) { select.value = first; listTargets(); }
  }
}

const took = (run) => (run.started_at && run.ended_at ? (new Date(run.ended_at) - new Date(run.started_at)) / 1000 : NaN);
function showRuns(runs) {
  $('no-runs').hidden = runs.length > 0;
  const longest = Math.max(0.001, ...runs.map(took).filter(Number.isFinite));
  const shown = runs.slice(0, 50);
  fill($('run-rows'), JSON.stringify(shown.map((r) => [r.id, r.state, r.ended_at, r.message])), () => shown.map((run) => {
    const bar = element('i');
    bar.style.width = Number.isFinite(took(run)) ? `${Math.max(2, 100 * took(run) / longest)}%` : '0';
    return element('tr', {},
      element('th', { scope: 'row' }, element('button', { type: 'button', class: 'link', 'data-focus': `run ${run.id}`, 'aria-label': `Details of run ${run.id}`, onclick: () => showRun(run.id) }, String(run.id))),
      element('td', {}, run.job), element('td', { class: 'soft' }, run.kind), element('td', {}, pill(run.state, run.exit)), element('td', { class: 'soft time' }, when(run.started_at || run.queued_at)),
      element('td', { class: 'num' }, duration(took(run))), element('td', { class: 'wide' }, element('span', { class: 'bar', 'aria-hidden': 'true' }, bar)), element('td', { class: 'note' }, run.message || ''));
  }));
}

async function showRun(id) {
  const box = $('run-detail');
  try {
    const [{ run }, logs] = await Promise.all([ask(`/v1/runs/${id}`), ask(`/v1/runs/${id}/logs?lines=100`).catch((error) => error.message)]);
    const s = run.summary;
    const found = s?.anomalies && Object.entries(s.anomalies).map(([kind, count]) => `${number(count)} ${kind}`).join(', ');
    const facts = s?.anomalies ? [['Targets', number(s.targets)], ['New observations', number(s.observations)], ['Found', found || 'nothing new'], ['Going on', number(s.anomalous)],
      ['Without a model', number(s.without_model)], ['Took', duration(s.seconds.total)], ['Worker deaths', number(s.worker_deaths)]]
      : s ? [['Targets', number(s.targets)], ['Fitted', number(s.fitted)], ['Simple or none', number(s.fallback + s.failed)], ['Took', duration(s.seconds.total)],
      ['CPU time', duration(s.cpu_seconds)], ['Workers', number(s.workers)], ['Worker deaths', number(s.worker_deaths)], ['Memory', bytes(s.peak_rss_bytes.parent)]] : [];
    const longest = s ? Math.max(1e-9, ...STAGES.map(([key]) => s.seconds[key] ?? 0)) : 1;
    const stages = s ? STAGES.filter(([key]) => s.seconds[key] !== undefined).map(([key, name]) => {
      const bar = element('i');
      bar.style.width = `${Math.max(1, 100 * s.seconds[key] / longest)}%`;
      return element('tr', {}, element('th', { scope: 'row' }, name), element('td', { class: 'wide' }, element('span', { class: 'bar', 'aria-hidden': 'true' }, bar)),
        element('td', { class: 'num' }, duration(s.seconds[key])), element('td', { class: 'num soft' }, s.stage_peak_rss_bytes?.[key] ? bytes(s.stage_peak_rss_bytes[key]) : '–'));
    }) : [];
    const deaths = (s?.deaths ?? []).map((d) => element('li', {}, element('span', { class: 'pill bad' }, d.cause), ` worker ${d.worker}`, d.target ? element('span', { class: 'id' }, ` ${d.target}`) : null));
    box.replaceChildren(element('div', { class: 'run-head' }, element('h3', {}, `Run ${run.id} of ${run.job}`), pill(run.state, run.exit)),
      element('div', { class: 'detail' },
        facts.length ? element('dl', { class: 'facts' }, ...facts.map(([n, v]) => element('div', {}, element('dt', {}, n), element('dd', {}, v)))) : element('p', { class: 'soft' }, run.message || 'There is no summary of this run.'),
        stages.length ? element('div', {}, element('h4', {}, 'Time and memory by stage'), element('table', { class: 'narrow' }, element('tbody', {}, ...stages))) : null,
        deaths.length ? element('div', {}, element('h4', {}, 'Deaths of workers'), element('ul', { class: 'feed' }, ...deaths)) : null,
        element('div', {}, element('h4', {}, 'Log'), element('pre', { class: 'log', tabindex: '0', 'aria-label': 'Log' }, String(logs).trim() || 'Nothing was logged.'))));
    box.hidden = false;
    box.scrollIntoView({ block: 'nearest' });
  } catch (error) {
    toast(error.message);
  }
}

// --- one target ---

const trained = new Set();  // jobs that have succeeded
async function listTargets() {
  const job = $('target-job').value;
  $('target-ids').replaceChildren();
  if (!trained.has(job)) return;  // there is no store to ask yet
  try {
    const lines = String(await (await fetch(`/v1/jobs/${encodeURIComponent(job)}/targets`, { cache: 'no-store' })).text()).split('\n').slice(0, 2000);
    for (const line of lines) {
      try {
        const id = JSON.parse(line);
        const name = typeof id === 'string' ? id : id.target;
        if (name) $('target-ids').append(element('option', { value: name }));
      } catch { /* not a target */ }
    }
  } catch { /* typing still works */ }
}

function drawTarget(plot, holder) {
  const x = plot.seconds;
  const decimals = (_, ticks) => ticks.map(plain);
  const origin = plot.history.reduce((last, v, i) => (v === null ? last : i), -1);
  const told = (i) => {
    const rows = [['history', 'value', plot.history[i]], ['held', 'held-out forecast', plot.held_out[i]], ['forecast', 'forecast', i > origin ? plot.forecast[i] : null]].filter(([, , v]) => v !== null).map(([css, name, v]) => [css, name, plain(v)]);
    for (const a of plot.anomalies ?? []) if (a.point === i) rows.push(['held', `${a.kind}, score ${number(a.score)}`, plain(a.value)]);
    for (const band of plot.bands) if (i > origin && band.lo[i] !== null) rows.push(['band', `${band.level} %`, `${plain(band.lo[i])} to ${plain(band.hi[i])}`]);
    return rows.length ? [String(plot.times[i]).replace('T', ' '), ...rows] : null;
  };
  draw(holder, () => {
    const accent = style('--accent');
    const points = { show: false };
    const series = [{}, { stroke: style('--ink'), width: 1.5, points }, { stroke: style('--warm'), width: 1.5, dash: [5, 4], points }, { stroke: accent, width: 2, points }];
    const data = [x, plot.history, plot.held_out, plot.forecast];
    const bands = [];
    for (const band of plot.bands) {
      const at = series.length;
      series.push({ points }, { points });
      data.push(band.hi, band.lo);
      bands.push({ series: [at, at + 1], fill: `${accent}2e` });
    }
    return [{ height: 300, cursor: { ...CURSOR, points: { size: 7, width: 2, show: (_, i) => i < 4 && element('div') } }, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), 'Etc/UTC'), axes: axes(decimals), series, bands,
      plugins: [tooltip(told), ...(origin >= 0 && origin < x.length - 1 ? [originLine(x[origin])] : []), anomalyMarks((plot.anomalies ?? []).map((a) => [x[a.point], a.value]))] }, data];
  });
}

// The plot of a target that another part of the page names.
function goToTarget(job, target) {
  $('target-job').value = job;
  $('target-job').dataset.chosen = '1';
  $('target-id').value = target;
  $('target-form').requestSubmit();
  $('target').scrollIntoView({ block: 'start' });
}

async function showTarget(event) {
  event.preventDefault();
  const view = $('target-view');
  const path = `/v1/jobs/${encodeURIComponent($('target-job').value)}/targets/${encodeURIComponent($('target-id').value)}`;
  try {
    const [plots, models] = await Promise.all([ask(`${path}/plot`), ask(`${path}/models`)]);
    const plot = plots[0];
    const holder = element('div', { class: 'chart', role: 'img', 'aria-label': `Last values and forecast of ${plot.target} by ${plot.model}` });
    const last = plot.forecast.filter((v) => v !== null);
    view.replaceChildren(
      element('h3', { class: 'id' }, plot.target), element('p', { class: 'soft' }, last.length ? `Forecast by ${plot.model}, ${last.length - 1 || 1} steps. The dotted line is where it begins.` : 'There is no forecast.'), holder,
      element('ul', { class: 'legend' }, element('li', {}, element('i'), 'last values'), element('li', {}, element('i', { class: 'held' }), 'forecast of held-out values'),
        element('li', {}, element('i', { class: 'forecast' }), 'forecast'), element('li', {}, element('i', { class: 'band' }), plot.bands.map((b) => `${b.level} %`).join(' and '))),
      element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Models' }, element('table', {}, element('thead', {}, element('tr', {}, ...['Model', 'Form', 'Status', 'AICc'].map((n) => element('th', { scope: 'col', class: n === 'AICc' ? 'num' : '' }, n)))),
        element('tbody', {}, ...models.map((m) => element('tr', {}, element('th', { scope: 'row' }, m.algorithm || '–'), element('td', { class: 'mono' }, m.spec || ''), element('td', {}, pill(m.status)), element('td', { class: 'num' }, m.aicc == null ? '–' : number(m.aicc))))))));
    drawTarget(plot, holder);
  } catch (error) {
    view.replaceChildren(element('p', { class: 'problem' }, error.message));
  }
}

// --- the clock of the page ---

const anomalies = new AnomalyList(goToTarget);
let timer = 0;
async function refresh() {
  clearTimeout(timer);
  let wait = 3000;
  try {
    const [health, { jobs }, { runs }] = await Promise.all([ask('/v1/health'), ask('/v1/jobs'), ask('/v1/runs?limit=50')]);
    $('problem').hidden = true;
    $('health').textContent = health.runs_active || health.runs_queued ? `${health.runs_active} running, ${health.runs_queued} queued` : health.status === 'ok' ? 'idle' : health.status;
    $('health').className = `pill ${health.runs_active ? 'live' : 'good'}`;
    $('version').textContent = `fitd ${health.version}. `;
    showActive(runs);
    showJobs(jobs);
    showRuns(runs);
    anomalies.update(jobs);
    if (health.runs_active || health.runs_queued) wait = 1000;
  } catch (error) {
    $('health').textContent = 'no answer';
    $('health').className = 'pill bad';
    $('problem').textContent = error.message;
    $('problem').hidden = false;
  }
  if (document.hidden) wait = 10000;
  timer = setTimeout(refresh, wait);
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
$('rights').textContent = token ? 'may start and cancel' : 'read only: open the address that fitd ui printed';
$('target-form').addEventListener('submit', showTarget);
$('target-job').addEventListener('change', () => { $('target-job').dataset.chosen = '1'; listTargets(); });
refresh();
