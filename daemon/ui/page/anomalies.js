// The list of what detections have found: the newest events of a job, which lead to the plot of their target.
'use strict';

const NEWEST = 50;

async function readAnomalies(job) {
  const answer = await fetch(`/v1/jobs/${encodeURIComponent(job)}/anomalies?order=newest&limit=${NEWEST}`, { cache: 'no-store', credentials: 'omit' });
  const text = await answer.text();
  if (!answer.ok) {
    let message = `the answer was ${answer.status}`;
    try { message = JSON.parse(text).error.message; } catch { /* no sentence of the daemon's */ }
    throw new Error(message);
  }
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

// Epochs are numbers, in seconds or finer.
const eventTime = (time) => (typeof time === 'number' ? when(time * (time > 1e11 ? 1 : 1000)) : String(time).replace('T', ' '));

function anomalyRow(event, show) {
  const fleet = event.kind === 'fleet';
  const who = typeof event.target === 'string' ? event.target : 'a name that is no text';
  const name = fleet ? `${number(event.observations)} targets at once`
    : element('button', { type: 'button', class: 'link id', 'data-focus': `anomaly ${event.event}`, 'aria-label': `Plot of ${who}, event ${event.event}`, onclick: () => show(who) }, who);
  return element('tr', {},
    element('th', { scope: 'row' }, name),
    element('td', {}, element('span', { class: `pill ${event.goes_on ? 'bad' : 'warm'}` }, event.kind), event.goes_on ? element('span', { class: 'soft' }, ' goes on') : null),
    element('td', { class: 'soft time' }, eventTime(event.start)),
    element('td', { class: 'num' }, element('span', { 'aria-hidden': 'true' }, event.direction === 'up' ? '▲ ' : '▼ '), plain(event.value)),
    element('td', { class: 'num soft', 'data-label': 'expected' }, event.expected === null ? '' : plain(event.expected)),
    element('td', { class: 'num', 'data-label': 'score' }, event.score.toFixed(0)));
}

class AnomalyList {
  // `show` is called with a job and a target whose plot is wanted.
  constructor(show) {
    this.show = show;
    this.select = $('anomaly-job');
    this.seen = '';  // the detection whose events are listed
    this.select.addEventListener('change', () => { this.select.dataset.chosen = '1'; this.seen = ''; this.refresh(); });
  }

  // Jobs as the daemon describes them. Asks for events only when there was another detection, or another job is chosen.
  update(jobs) {
    const looked = jobs.filter((job) => job.last_detection);
    $('anomalies').hidden = $('to-anomalies').hidden = looked.length === 0;
    const names = looked.map((job) => job.name);
    if ([...this.select.options].map((o) => o.value).join('\n') !== names.join('\n')) {
      const chosen = this.select.value;
      this.select.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
      if (names.includes(chosen)) this.select.value = chosen;
    }
    this.jobs = new Map(looked.map((job) => [job.name, job]));
    this.refresh();
  }

  async refresh() {
    const job = this.select.value;
    if (!job) return;
    const last = this.jobs?.get(job)?.last_detection;
    const key = `${job} ${last?.id} ${last?.state}`;
    if (this.seen === key) return;
    this.seen = key;
    try {
      const events = await readAnomalies(job);
      if (this.seen !== key) return;  // another job was chosen meanwhile
      $('no-anomalies').hidden = events.length > 0;
      $('anomaly-problem').hidden = true;
      fill($('anomaly-rows'), JSON.stringify([job, events]), () => events.map((event) => anomalyRow(event, (target) => this.show(job, target))));
    } catch (error) {
      $('anomaly-rows').replaceChildren();
      $('anomaly-rows').dataset.key = '';
      $('no-anomalies').hidden = true;
      $('anomaly-problem').textContent = error.message;
      $('anomaly-problem').hidden = false;
    }
  }
}
