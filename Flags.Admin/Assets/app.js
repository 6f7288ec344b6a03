// @ts-check
// Every link and form works without this module. It shows changes as they happen, asks in dialogs and spares page loads.
/** @typedef {any} Any elements whose kind the selector says */
const $ = (/** @type {string} */ selector, /** @type {Any} */ within = document) => within.querySelector(selector);
const $$ = (/** @type {string} */ selector, /** @type {Any} */ within = document) => /** @type {Any[]} */([...within.querySelectorAll(selector)]);
const make = (/** @type {string} */ tag, text = '', more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
const token = '[name=__RequestVerificationToken]', fields = 'input:not([type=hidden],[type=search]),textarea', { body, documentElement: root } = document;
let offset = +(body.dataset.now ?? Date.now()) - Date.now(), pressed = false, mine = /** @type {Any} */(null);
// ---- Times: the server's clock counts; a wrong one here shows no wrong minute.
const clock = (/** @type {number} */ s, n = Math.floor, two = (/** @type {number} */ v) => `${v}`.padStart(2, '0')) => s < 3600 ? `${n(s / 60)}:${two(s % 60)}` : `${n(s / 3600)}:${two(n(s / 60) % 60)}:${two(s % 60)}`;
function tick() {
  for (const time of $$('time[data-ago],time[data-since],time[data-until]')) {
    const n = Math.floor, past = n((Date.now() + offset - +new Date(time.dateTime)) / 1000), s = Math.max(0, 'until' in time.dataset ? -past : past);
    const text = !('ago' in time.dataset) ? clock(s) : s < 5 ? 'just now' : s < 60 ? `${s} s ago` : s < 3600 ? `${n(s / 60)} min ago` : s < 86400 ? `${n(s / 3600)} h ago` : `${n(s / 86400)} d ago`;
    if (time.textContent !== text) time.textContent = text;
  }
}
if (!document.cookie.includes('flags-zone=')) document.cookie = `flags-zone=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}; path=/; max-age=31536000; samesite=lax`;
// ---- Messages: a toast goes after 8 s, but not while somebody points at it or is inside.
function fade(/** @type {HTMLElement} */ toast, left = 8) {
  if (!toast.matches(':hover, :focus-within') && left-- <= 0) toast.remove(); else setTimeout(fade, 1000, toast, left);
}
function say(/** @type {string} */ text, bad = false, toast = make('p', text, { className: `toast ${bad ? 'bad' : ''}` })) {
  $(bad ? '#errors' : '#toasts').replaceChildren(toast); fade(toast);
}
function line(/** @type {string} */ text, href = '', label = '', p = $('#connection')) {
  if (p.dataset.text !== text) p.replaceChildren(text, ' ', ...(href ? [make('a', label, { href })] : []));
  [p.dataset.text, p.hidden] = [text, !text];
}
/** Signing in happens in a dialog: what was typed stays, and nothing is sent again by itself. */
async function signedOut() {
  const url = `${body.dataset.jump?.replace('/jump', '/sign-in')}?back=${encodeURIComponent(location.pathname + location.search)}`;
  line('You are signed out. Nothing was changed.', url, 'Sign in');
  const door = $('.door', (await load(url))[1]); if (!$('dialog[open] .door')) ask(door, document.activeElement?.id);
}
// ---- Morphing: what did not change stays the same element, so focus, caret, scroll and what is typed stay too.
function plain(/** @type {Element} */ element) {
  const copy = /** @type {Element} */(element.cloneNode(true));
  $$(`${token}, .meanwhile, time`, copy).forEach(e => e.tagName === 'TIME' ? e.replaceChildren() : e.remove());
  return copy.outerHTML.replace(' changed"', '"').replace(' class="changed"', '');
}
const dirty = (/** @type {Any} */ form) => form !== mine && $$(fields, form).some(f => f === document.activeElement || (f.type === 'checkbox' ? f.checked !== f.defaultChecked : f.value !== f.defaultValue));
function patch(/** @type {Any} */ old, /** @type {Any} */ fresh, flash = false) {
  if (old.nodeType !== 1) return old.data === fresh.data || (old.data = fresh.data);
  if (old.tagName === 'TIME' ? old.dateTime === fresh.dateTime : plain(old) === plain(fresh)) return;
  if (old.tagName === 'FORM' && dirty(old)) {
    if (!$('.meanwhile', old)) old.prepend(make('p', 'Somebody changed this just now. ', { className: 'note meanwhile' }));
    return $('.meanwhile', old).replaceChildren($('.meanwhile', old).firstChild, make('a', 'Show', { href: location.href }));
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== 'open' && name !== 'aria-busy') old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.matches(fields)) old.value = old.defaultValue;
  const known = new Map([...old.children].filter(c => c.id).map(c => [c.id, c]));
  let at = old.firstChild;
  const drop = () => { const gone = at; at = at.nextSibling; gone.remove(); };
  for (const wanted of [...fresh.childNodes]) {
    while (at?.id && at.id !== wanted.id && !$(`#${CSS.escape(at.id)}`, fresh)) drop();
    const match = wanted.id ? known.get(wanted.id) : at && !at.id && at.nodeName === wanted.nodeName && at;
    if (!match) { old.insertBefore(document.importNode(wanted, true), at); continue; }
    if (match === at) at = at.nextSibling; else old.insertBefore(match, at);
    patch(match, wanted, flash);
  }
  while (at) drop();
  if (flash && old.matches('tr:not(.job)')) { old.classList.add('changed'); setTimeout(() => old.classList.remove('changed'), 1300); }
}
// `whole`: the page is another one, its main part is taken as it is.
function show(/** @type {Document} */ doc, flash = false, whole = false) {
  const focus = document.activeElement?.id, regions = (/** @type {Document} */ d) => $$('[data-live]', d).map(e => e.id).join();
  [shown, root.dataset.theme, body.dataset.seen, document.title] = [shown + 1, doc.documentElement.dataset.theme, doc.body.dataset.seen, doc.title];
  if (whole || regions(document) !== regions(doc)) $('main').replaceWith(document.importNode($('main', doc), true));
  for (const fresh of $$('[data-live]', doc)) patch(document.getElementById(fresh.id), fresh, flash);
  const value = $(token, doc)?.value;
  if (value) $$(token).forEach(e => { e.value = value; });
  if (focus && document.activeElement === body) (document.getElementById(focus) ?? $('main')).focus();
  tick();
  listen();
}
async function load(/** @type {string} */ url, why = 'action', /** @type {RequestInit} */ options = {}) {
  const answer = await fetch(url, { ...options, headers: { 'Flags-Live': why } }), text = await answer.text();
  return /** @type {[Response, Document]} */([answer, new DOMParser().parseFromString(text, 'text/html')]);
}
// ---- Dialogs: the part of an answer that asks; without script it is a page. A closed one stays until its event comes.
function ask(/** @type {Element} */ part, opener = '') {
  const open = asking(), dialog = open ?? make('dialog'), own = document.importNode(part, true);
  $('h1', own).replaceWith(make('h2', $('h1', own).textContent, { id: 'ask-title' }));
  $$('script', own).forEach(script => import(script.src));
  dialog.replaceChildren(own);
  if (!open) {
    dialog.setAttribute('aria-labelledby', 'ask-title');
    dialog.onclose = () => { dialog.remove(); if (!asking()) (document.getElementById(opener) ?? $('main')).focus(); };
    body.appendChild(dialog).showModal();
  }
  ($('[aria-invalid=true], [name=confirm], [autofocus]', own) ?? $('[data-close]', own))?.focus();
}
document.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */(event.target), button = /** @type {Any} */(event.submitter), inDialog = form.closest('dialog');
  if (form.closest('.native') || (form.closest('.door') && !inDialog) || (form.getAttribute('method') !== 'post' && !inDialog)) return;
  event.preventDefault();
  if (form.matches('[data-search]')) return $('#jumps a, #jumps button')?.click();
  if (form.ariaBusy || button?.ariaDisabled === 'true') return;
  const busy = (/** @type {string|null} */ is) => { form.ariaBusy = (button ?? form).ariaBusy = is; };
  busy('true'); sending++;
  try {
    const [answer, doc] = await load(form.getAttribute('action') ?? '', 'action', { method: 'POST', body: new URLSearchParams(/** @type {Any} */(new FormData(form, button))) });
    if (answer.status === 401) return await signedOut();
    const part = $('[data-ask]', doc) ?? (inDialog && !answer.ok && $('.door', doc));
    if (part) return ask(part, button?.id);
    const stays = answer.ok && new URL(answer.url).pathname === location.pathname;
    $('dialog')?.close();
    if (stays) form.reset();
    busy(null);
    if (location.href !== answer.url) history[stays ? 'replaceState' : 'pushState'](null, '', answer.url);
    mine = form;
    show(doc, false, !stays);
    $('#toasts').replaceChildren(...$('#toasts', doc).childNodes);
    $$('#toasts .toast').forEach(toast => fade(toast));
    told();
    if (!stays) ($('[aria-invalid=true]') ?? $('main')).focus();
  } catch { say('Not changed: the server did not answer. Nothing was lost; try again.', true); } finally { busy(mine = null); sending--; if (again) setTimeout(refresh, 50); }
});
addEventListener('popstate', () => location.reload());
/** What was done last is told once: not again by a reload or a copied address. */
function told(url = new URL(location.href)) {
  for (const name of ['done', 'there', 'refused', 'extended', 'saved']) url.searchParams.delete(name);
  if (url.href !== location.href) history.replaceState(null, '', url);
}
// ---- Live updates: an event says that something changed, the page fetches itself; an answer older than what a form has shown meanwhile is dropped. `seen` knows nothing of workers, jobs and audit rows: their pages fetch themselves once their stream has begun.
let typing = 0, asked = 0, shown = 0, sending = 0, first = '', busy = false, again = false, source = /** @type {EventSource|null} */(null), wait = 1000, silence = 0, retry = 0, resting = false, hiding = 0, watched = '';
async function refresh() {
  if ((again = busy || pressed || sending > 0)) return !sending;
  busy = true;
  try {
    const before = shown, [answer, doc] = await load(location.href, 'refresh');
    if (before !== shown || pressed || sending) again = true; else if (answer.status === 401) { stop(); if ($('#connection a')?.textContent !== 'Sign in') await signedOut(); } else if (doc.body.dataset.events && !asking()) {
      if (doc.documentElement.dataset.build === root.dataset.build) { line(''); show(doc, true); } else if ($$('form').some(dirty)) line('Flags was updated.', location.href, 'Reload'); else location.reload();
    }
    return answer.status !== 502 && answer.status !== 504;
  } catch { return false; } finally { busy = false; if (again) setTimeout(refresh, 50); }
}
function stop() { source?.close(); source = null; resting = false; clearTimeout(silence); clearTimeout(retry); }
async function broken() {
  stop(); resting = true;
  if (!await refresh()) line('Live updates are paused: the server does not answer. Buttons still work; trying again.');
  [retry, wait] = [setTimeout(() => { resting = false; listen(); }, wait * (0.75 + Math.random() / 2)), Math.min(wait * 2, $('#connection').hidden ? 5000 : 30000)];
}
function listen() {
  const topics = [...new Set($$('[data-topic]').map(e => e.dataset.topic))].join();
  if (topics !== watched) { stop(); watched = topics; }
  if (source || resting || document.hidden || !topics || !body.dataset.events) return;
  const alive = () => { clearTimeout(silence); silence = setTimeout(broken, 25000); };
  source = new EventSource(`${body.dataset.events}?topics=${topics}`);
  for (const name of ['hello', 'ping']) source.addEventListener(name, e => {
    const { now, seen } = JSON.parse(e.data);
    [offset, wait] = [+new Date(now) - Date.now(), 1000]; alive();
    if (seen !== body.dataset.seen || !$('#connection').hidden || (name === 'hello' && $('#workers, #deploys, #audit'))) refresh();
  });
  source.addEventListener('change', e => { alive(); setTimeout(refresh, Math.random() * JSON.parse(e.data).spread); }); source.onerror = broken;
}
document.addEventListener('visibilitychange', () => { clearTimeout(hiding); if (document.hidden) hiding = setTimeout(stop, 5000); else listen(); });
addEventListener('pagehide', stop); addEventListener('pageshow', listen); addEventListener('pointerdown', () => { pressed = true; });
for (const name of ['pointerup', 'pointercancel']) addEventListener(name, () => { pressed = false; if (again) setTimeout(refresh, 50); });
// ---- Search as you type: results only, never the field.
document.addEventListener('input', event => {
  const field = /** @type {Element} */(event.target), form = /** @type {Any} */(field.closest('[data-search]'));
  clearTimeout(form ? typing : 0);
  if (form) typing = setTimeout(async () => {
    const number = ++asked, query = new URLSearchParams(/** @type {Any} */([...new FormData(form)].filter(([name, value]) => value && `${name}=${value}` !== 'sort=name')));
    const url = form.getAttribute('action') + (query.size ? `?${query}` : ''), [answer, doc] = await load(url).catch(() => /** @type {Any} */([{}]));
    if (number !== asked || !answer.ok) return;
    if (form.closest('dialog')) return $('#jumps').replaceWith(document.importNode($('#jumps', doc), true));
    history.replaceState(null, '', url);
    show(doc);
  }, field.matches('select') ? 0 : 120);
});
document.addEventListener('click', event => {
  const target = /** @type {Element} */(event.target), copy = /** @type {Any} */(target.closest('[data-copy]'));
  if (target.closest('[aria-disabled=true]')) event.preventDefault();
  if (target.closest('dialog [data-close], a[data-jump]')) { event.preventDefault(); if (asking()) asking().close(); else jump(); }
  $$('.menu[open]').forEach(menu => menu.contains(target) || menu.removeAttribute('open'));
  if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy).then(() => say('Copied.'), () => say('Not copied: the browser refused.', true));
  else if (copy) getSelection()?.selectAllChildren($('.name', copy.parentElement) ?? $('pre', copy.closest('section')));
});
const asking = () => $('dialog[open]'), jump = async () => asking() ?? ask($('.jump', (await load(body.dataset.jump ?? ''))[1]), 'jump-to');
// ---- Keys: an element says in data-key which ones lead to it.
document.addEventListener('keydown', event => {
  const { key } = event, target = /** @type {Element} */(event.target), by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[key] ?? 0, row = target.closest('[data-row]');
  const step = (/** @type {Any[]} */ all) => { event.preventDefault(); (all[all.indexOf(document.activeElement) + by] ?? $('#jump'))?.focus(); };
  if ((event.ctrlKey || event.metaKey) && key === 'k' && body.dataset.jump) { event.preventDefault(); return jump(); }
  if (key === 'Escape') $$('.menu[open]').forEach(menu => { menu.removeAttribute('open'); $('summary', menu).focus(); });
  if (target.closest('.jump') && by && key.length > 1) return step($$('#jumps a, #jumps button'));
  if (event.ctrlKey || event.metaKey || event.altKey || body.dataset.keys || asking() || target.matches('input, textarea, select')) return;
  const at = (/** @type {string} */ keys) => $(`[data-key~="${CSS.escape(keys)}"]`), hit = at(`${first}-${key}`) ?? at(key);
  first = key === 'g' ? key : '';
  if (by && key.length === 1) return step($$('[data-row]'));
  if (key === ' ' && row) $('.switch', row.closest('tr')).click(); else if (hit?.matches('a, button')) hit.click(); else if (hit) hit.focus(); else return;
  event.preventDefault();
});
const code = $('[data-from-fragment]');
if (code && location.hash.length > 1) { code.value = decodeURIComponent(location.hash.slice(1)); history.replaceState(null, '', location.pathname); $('#name').focus(); }
told(); tick(); setInterval(tick, 1000); $$('.toast').forEach(toast => fade(toast));
