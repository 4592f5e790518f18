// The page of nba-scraper, alive: takes the small differences that the server sends and puts them where they belong.
// Without it everything is there too, and stands still.
'use strict';
(() => {
  const silenceMax = 12000;      // ms without a word: the page says so
  const retryMin = 1000;         // nothing is asked more often than this
  const retryMax = 5000;
  const hiddenMax = 10 * 60000;  // a hidden page keeps the stream for its title so long, when no visible one has it
  const yieldAfter = 1000;       // ms that a hidden page leaves to the visible ones
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const main = () => byId('main');
  root.classList.add('js');

  // ---- times in the reader's zone -------------------------------------------------------------------------------
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const shown = {
    minute: new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'}),
    second: new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'})
  };
  function localise(under) {
    for (const time of under.querySelectorAll('time[data-to]')) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      const today = at.toDateString() === new Date().toDateString();
      time.textContent = (time.dataset.to === 'second' && today ? shown.second : shown.minute).format(at);
    }
  }

  // ---- differences ----------------------------------------------------------------------------------------------
  // Makes the children of `have` like those of `want` with as few changes as possible: what has the focus keeps it,
  // what is open stays open.
  const own = new Set(['open', 'tabindex', 'aria-current']);
  const keyOf = node => node.nodeType === 1 ? node.id || node.getAttribute('data-key') || '' : '';
  function morphNode(have, want) {
    if (have.nodeType !== 1) {
      if (have.data !== want.data) have.data = want.data;
      return;
    }
    if (have.hasAttribute('data-keep')) return;
    for (const {name} of [...have.attributes]) if (!own.has(name) && !want.hasAttribute(name)) have.removeAttribute(name);
    for (const {name, value} of want.attributes)
      if (!own.has(name) && have.getAttribute(name) !== value) have.setAttribute(name, value);
    morph(have, want);
  }
  function morph(have, want) {
    const keyed = new Map();
    for (const node of have.childNodes) if (keyOf(node)) keyed.set(keyOf(node), node);
    let at = have.firstChild;
    for (const next of [...want.childNodes]) {
      const key = keyOf(next);
      let match = key ? keyed.get(key) : at;
      if (match && (match.nodeName !== next.nodeName || keyOf(match) !== key)) match = null;
      if (!match) {
        have.insertBefore(document.importNode(next, true), at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else have.insertBefore(match, at);
      morphNode(match, next);
    }
    while (at) {
      const after = at.nextSibling;
      at.remove();
      at = after;
    }
  }
  const parsed = html => new DOMParser().parseFromString(html, 'text/html');

  // ---- the games of a day ---------------------------------------------------------------------------------------
  let dayAsked = 0, dayLater = 0;
  const openDay = () => new URLSearchParams(location.search).get('day');
  async function readDay() {
    clearTimeout(dayLater);
    const wait = dayAsked + 2 * retryMin - performance.now();
    if (wait > 0 && dayAsked) return void (dayLater = setTimeout(readDay, wait));
    dayAsked = performance.now();
    const query = new URLSearchParams(location.search);
    query.set('part', 'day');
    try {
      const answer = await fetch('?' + query, {cache: 'no-store', signal: AbortSignal.timeout(8000)});
      const fresh = answer.ok && parsed(await answer.text()).getElementById('day');
      if (fresh && openDay() === query.get('day')) morphNode(byId('day'), fresh), localise(byId('day'));
    } catch { /* the watchdog says what there is to say */ }
  }
  function chooseDay(link) {
    history.pushState(null, '', link.getAttribute('href').replace('#day', ''));
    dayAsked = 0;
    readDay();
    settle();
  }

  // ---- after every change ---------------------------------------------------------------------------------------
  // Where a calendar is looked at first: what is under way, else the last day that something is known of.
  const newest = all => all.find(link => link.classList.contains('busy')) ||
      all.findLast(link => !link.matches('.ahead, .missing')) || all[0];
  const days = () => [...document.querySelectorAll('.calendar a.day')];
  function settle() {
    const all = days(), day = openDay();
    // One stop for the tabulator; arrows do the rest.
    const stop = all.find(link => link === document.activeElement) || all.find(link => link.dataset.day === day) ||
        newest(all);
    for (const link of all) {
      link.tabIndex = link === stop ? 0 : -1;
      if (link.dataset.day === day) link.setAttribute('aria-current', 'date');
      else link.removeAttribute('aria-current');
    }
    drawRates();
  }

  let tone = document.body.className;
  function showFrame(data) {
    if (data.title) document.title = data.title;
    if (data.tone === undefined) return;
    const kind = 'tone-' + data.tone + (data.old ? ' old' : '');
    if (kind === tone) return;
    tone = kind;
    document.body.className = kind + (lost ? ' lost' : '');
    byId('say').textContent = data.say;
  }

  // ---- what the server says -------------------------------------------------------------------------------------
  let number = Number(main().dataset.n), of = main().dataset.of, heard = performance.now(), lost = false;
  function apply(kind, data) {
    heard = performance.now();
    if (lost) found();
    if (kind === 'beat') {
      if (data.n !== number) readAgain();
    } else if (kind === 'hello') {
      const behind = Object.entries(data.digests).some(([id, digest]) => byId(id) && byId(id).dataset.digest !== digest);
      if (data.of !== of || behind || !byId('layout')) readAgain();
      else number = data.n;
    } else if (kind === 'update') {
      if (data.base !== number) return void readAgain();
      number = data.n;
      showFrame(data);
      takeParts(data.parts);
    }
    byId('live').textContent = 'live';
  }
  function takeParts(parts) {
    if ('layout' in parts) return void readAgain();
    let season = false;
    for (const [id, [digest, html]] of Object.entries(parts)) {
      const have = byId(id);
      if (!have || have.dataset.digest === digest) continue;
      morph(have, parsed(html).body);
      have.dataset.digest = digest;
      localise(have);
      season = season || id.startsWith('w-');
    }
    if (season && openDay()) readDay();
    settle();
  }

  // The whole page once more: after a gap, and when there are other seasons.
  let read = 0, later = 0;
  async function readAgain() {
    clearTimeout(later);
    const wait = read + retryMin - performance.now();
    if (wait > 0 && read) return void (later = setTimeout(readAgain, wait));
    read = performance.now();
    try {
      const answer = await fetch(location.href.split('#')[0], {cache: 'no-store', signal: AbortSignal.timeout(8000)});
      const fresh = parsed(await answer.text()), body = fresh.getElementById('main');
      if (answer.status === 401 || answer.status === 403) return void sayLost('Signed out. Reload the page to sign in.');
      if (!answer.ok || !body || !body.dataset.n) return void (later = setTimeout(readAgain, retryMax));
      const style = doc => doc.querySelector('link[rel=stylesheet]').getAttribute('href');
      if (style(fresh) !== style(document)) return void location.reload();
      morphNode(main(), body);
      number = Number(body.dataset.n), of = body.dataset.of;
      const words = fresh.querySelector('.verdict .say');
      showFrame({
        title: fresh.title, tone: fresh.body.className.replace(/^tone-| old$/g, ''), old: fresh.body.classList.contains('old'),
        say: words ? words.textContent : ''
      });
      localise(main());
      settle();
    } catch {
      later = setTimeout(readAgain, retryMax);
    }
  }

  // ---- silence --------------------------------------------------------------------------------------------------
  const clock = () => shown.second.format(new Date());
  let lastClock = clock();
  function sayLost(text) {
    lost = true;
    document.body.classList.add('lost');
    const line = document.createElement('p');
    line.textContent = text;
    byId('lost').replaceChildren(line);
    byId('lost').hidden = false;
    byId('live').textContent = 'not live';
  }
  function found() {
    lost = false;
    document.body.classList.remove('lost');
    byId('lost').hidden = true;
  }
  setInterval(() => {
    const silent = performance.now() - heard;
    if (silent < 1000) lastClock = clock();
    if (silent <= silenceMax || document.hidden && !source) return;
    const seconds = Math.round(silent / 1000);
    if (!lost || !(seconds % 10)) sayLost(`No answer for ${seconds} s; trying again. What you see is of ${lastClock}.`);
    if (leading && source && performance.now() - opened > silenceMax) open();
    if (!leading && !document.hidden && locks) lead(true);
  }, 500);

  // ---- one stream a browser -------------------------------------------------------------------------------------
  const name = 'nba-scraper page';
  const locks = navigator.locks, channel = 'BroadcastChannel' in window ? new BroadcastChannel(name) : null;
  let source = null, opened = 0, leading = false, letGo = null, waiting = null, retry = retryMin, reopen = 0;
  function close() {
    clearTimeout(reopen);
    if (source) source.close();
    source = null;
  }
  function open() {
    close();
    opened = performance.now();
    const stream = source = new EventSource(main().dataset.events);
    for (const kind of ['hello', 'update', 'beat'])
      stream.addEventListener(kind, event => {
        retry = retryMin;
        const data = JSON.parse(event.data);
        if (channel) channel.postMessage({kind, data});
        apply(kind, data);
      });
    stream.addEventListener('error', () => {
      // After any answer but 200 a browser gives up for ever; this page does not.
      if (stream !== source || stream.readyState !== EventSource.CLOSED) return;
      reopen = setTimeout(open, retry);
      retry = Math.min(retry * 2, retryMax);
      if (performance.now() - heard > retryMax) readAgain();
    });
  }
  if (channel) channel.onmessage = ({data}) => apply(data.kind, data.data);
  function lead(steal) {
    if (leading || waiting && !steal) return;
    if (waiting) waiting.abort();
    const stop = waiting = new AbortController();
    locks.request(name, steal ? {steal: true} : {signal: stop.signal}, () => {
      waiting = null, leading = true;
      open();
      return new Promise(done => letGo = done);
    }).catch(() => {}).finally(() => {
      if (waiting === stop) waiting = null;
      if (!leading) return;
      leading = false;
      close();
      if (!document.hidden) setTimeout(lead, retryMin);
    });
  }
  function step() {
    if (waiting) waiting.abort(), waiting = null;
    leading = false;
    close();
    if (letGo) letGo(), letGo = null;
  }
  let hiddenTimer = 0;
  function attend() {
    clearTimeout(hiddenTimer);
    if (!locks || !channel) {
      // Without a secure context there are no locks: a page has a stream of its own while it is seen.
      if (document.hidden) close();
      else if (!source) open();
      return;
    }
    if (!document.hidden) return lead();
    step();
    hiddenTimer = setTimeout(() => {
      lead();
      hiddenTimer = setTimeout(step, hiddenMax);
    }, yieldAfter);
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) heard = Math.max(heard, performance.now() - silenceMax / 2);
    attend();
  });
  addEventListener('pagehide', step);
  addEventListener('pageshow', event => event.persisted && attend());

  // ---- keys, clicks ---------------------------------------------------------------------------------------------
  const steps = {ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1, PageUp: -28, PageDown: 28};
  document.addEventListener('keydown', event => {
    const link = event.target.closest && event.target.closest('.calendar a.day');
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = days();
    let to = event.key === 'Home' ? all[0] : event.key === 'End' ? all[all.length - 1] : null;
    if (event.key in steps) {
      // The nearest day with games in that direction: months have holes.
      const by = steps[event.key], from = Date.parse(link.dataset.day), aim = from + by * 86400000;
      const beyond = all.filter(one => by > 0 ? Date.parse(one.dataset.day) > from : Date.parse(one.dataset.day) < from);
      const far = one => Math.abs(Date.parse(one.dataset.day) - aim);
      to = beyond.sort((a, b) => far(a) - far(b))[0];
    }
    if (!to) return;
    event.preventDefault();
    link.tabIndex = -1, to.tabIndex = 0;
    to.focus();
  });
  document.addEventListener('click', event => {
    const link = event.target.closest('.calendar a.day');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      return chooseDay(link);
    }
    const button = event.target.closest('[data-copy]');
    if (button) copy(button);
  });
  addEventListener('popstate', () => (dayAsked = 0, openDay() ? readDay() : readAgain(), settle()));
  async function copy(button) {
    const text = button.dataset.copy;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard without a secure context: the old way.
      const field = document.createElement('textarea');
      field.value = text;
      field.className = 'unseen';
      document.body.append(field);
      field.select();
      done = document.execCommand('copy');
      field.remove();
      button.focus();
    }
    button.textContent = done ? 'Copied' : 'Select it';
    byId('say').textContent = done ? 'Copied: ' + text : 'Could not copy.';
    setTimeout(() => button.textContent = 'Copy', 2000);
  }

  // ---- the word for a day, on hover and on focus ------------------------------------------------------------------
  const tip = document.createElement('div');
  tip.id = 'tip', tip.hidden = true, tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);
  function showTip(event) {
    const link = event.target.closest && event.target.closest('.calendar a.day');
    tip.hidden = !link;
    if (!link) return;
    tip.textContent = link.getAttribute('aria-label');
    const at = link.getBoundingClientRect(), wide = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left + at.width / 2 - wide.width / 2, innerWidth - wide.width - 8));
    tip.style.left = left + scrollX + 'px';
    tip.style.top = at.top + scrollY - wide.height - 8 + 'px';
  }
  for (const kind of ['mouseover', 'focusin']) document.addEventListener(kind, showTip);
  for (const kind of ['focusout', 'scroll']) document.addEventListener(kind, () => tip.hidden = true, true);

  // ---- the pace as a chart ----------------------------------------------------------------------------------------
  const charts = new WeakMap();
  const colour = key => getComputedStyle(root).getPropertyValue('--' + key).trim();
  function drawRates() {
    if (!window.Chart) return;
    for (const figure of document.querySelectorAll('.rate')) {
      const canvas = figure.querySelector('canvas'), numbers = figure.querySelector('[data-points]');
      if (!canvas || !numbers) continue;
      root.classList.add('charts');
      const points = JSON.parse(numbers.dataset.points).map(([x, y]) => ({x, y}));
      const from = Date.parse(numbers.dataset.from);
      const known = charts.get(canvas) || makeChart(canvas), chart = known.chart;
      charts.set(canvas, known);
      known.begin.from = from;
      chart.data.datasets[0].data = points;
      chart.options.scales.x.max = points[points.length - 1].x;
      paint(chart);
      chart.update('none');
    }
  }
  function paint(chart) {
    const line = chart.data.datasets[0], {x, y} = chart.options.scales;
    line.borderColor = colour('busy');
    for (const axis of [x, y]) axis.ticks.color = colour('muted'), axis.grid.color = colour('rule');
  }
  function makeChart(canvas) {
    const begin = {from: 0};
    const at = seconds => shown.second.format(new Date(begin.from + seconds * 1000));
    const axis = more => ({ticks: {maxTicksLimit: innerWidth < 600 ? 3 : 6, includeBounds: false, font: {size: 13}, ...more}, grid: {}, beginAtZero: true});
    const chart = new Chart(canvas, {
      type: 'line',
      data: {datasets: [{data: [], borderWidth: 2, pointRadius: 0, tension: .2}]},
      options: {
        animation: false, maintainAspectRatio: false, parsing: false, interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {x: {type: 'linear', min: 0, ...axis({callback: value => at(value), maxRotation: 0}), beginAtZero: false}, y: axis({maxTicksLimit: 4, maxRotation: 0})},
        plugins: {
          legend: {display: false},
          tooltip: {displayColors: false, callbacks: {title: items => at(items[0].parsed.x), label: item => item.formattedValue + ' games a second'}}
        }
      }
    });
    return {chart, begin};
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawRates);

  // ---- begin ------------------------------------------------------------------------------------------------------
  const zoneWords = byId('zone');
  if (zoneWords) zoneWords.textContent = 'times are those of ' + zone;
  localise(document);
  settle();
  const calendar = document.querySelector('.calendar');
  if (calendar) {
    const last = newest(days());
    if (last && calendar.scrollWidth > calendar.clientWidth)
      calendar.scrollLeft = last.closest('.month').offsetLeft - calendar.offsetLeft - 48;
  }
  attend();
})();
