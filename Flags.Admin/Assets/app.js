// @ts-check
// Every link and form works without this module. It shows changes as they happen, asks in dialogs and spares page loads.

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement|null} */
const $ = (selector, root = document) => root.querySelector(selector);
/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
const $$ = (selector, root = document) => [...root.querySelectorAll(/** @type {any} */(selector))];
/** @param {string} tag @param {string} text @param {object} [more] */
const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
const token = '__RequestVerificationToken';
const typed = 'input:not([type=hidden],[type=search]),textarea';
const body = document.body, root = document.documentElement;
let offset = 0, pressed = false, mine = /** @type {Element|null} */(null);

// ---- Times: the server's clock counts, a wrong one here shows no wrong minute.
function tick() {
  for (const time of /** @type {HTMLTimeElement[]} */($$('time[data-ago]'))) {
    const at = new Date(time.dateTime), s = Math.floor((Date.now() + offset - +at) / 1000);
    time.textContent = s < 5 ? 'just now' : s < 60 ? `${s} s ago` : s < 3600 ? `${Math.floor(s / 60)} min ago` : s < 86400 ? `${Math.floor(s / 3600)} h ago` : `${Math.floor(s / 86400)} d ago`;
    time.title = `${at.toLocaleString()} (${time.dateTime.replace('T', ' ').replace('Z', ' UTC')})`;
  }
}

// ---- Messages
/** @param {HTMLElement} toast */
function fade(toast) {
  let left = 8;
  const timer = setInterval(() => {
    if (!toast.isConnected || (!toast.matches(':hover, :focus-within') && --left <= 0)) { clearInterval(timer); toast.remove(); }
  }, 1000);
}
/** @param {string} text @param {boolean} [bad] */
function say(text, bad) {
  const toast = make('div', '', { className: bad ? 'toast bad' : 'toast' });
  toast.append(make('p', text));
  $(bad ? '#errors' : '#toasts')?.replaceChildren(toast);
  if (bad) $('#toasts')?.replaceChildren(toast.cloneNode(true));
  $$('#toasts .toast, #errors .toast').forEach(fade);
}
/** @param {string} text @param {string} [link] @param {string} [label] */
function line(text, link, label) {
  const p = $('#connection');
  if (!p || p.dataset.text === text) return;
  p.dataset.text = text;
  p.hidden = !text;
  p.replaceChildren(text, ...(link ? [' ', make('a', label ?? '', { href: link })] : []));
}
const signedOut = () => line('You are signed out. Nothing was changed.', `${body.dataset.events?.replace('/events', '/sign-in')}?back=${encodeURIComponent(location.pathname + location.search)}`, 'Sign in');

// ---- Morphing: what did not change stays the same element, so focus, caret, scroll and what is typed stay too.
/** @param {Element} element */
function plain(element) {
  const copy = /** @type {Element} */(element.cloneNode(true));
  copy.querySelectorAll(`[name=${token}]`).forEach(e => e.remove());
  copy.querySelectorAll('time').forEach(e => { e.textContent = ''; e.removeAttribute('title'); });
  copy.classList.remove('changed');
  return copy.outerHTML;
}
/** @param {Element} form */
const dirty = form => form !== mine && $$(typed, form).some(f => f === document.activeElement || /** @type {any} */(f).value !== /** @type {any} */(f).defaultValue);
/** @param {any} old @param {any} fresh @param {boolean} flash */
function patch(old, fresh, flash) {
  if (old.nodeType !== 1) { if (old.data !== fresh.data) old.data = fresh.data; return; }
  if (old.tagName === 'TIME' ? old.dateTime === fresh.dateTime : plain(old) === plain(fresh)) return;
  if (old.tagName === 'FORM' && dirty(old)) {
    if (!$('.meanwhile', old)) {
      const note = make('p', 'Somebody changed this just now. ', { className: 'note meanwhile' });
      note.append(make('a', 'Show', { href: location.href }));
      old.prepend(note);
    }
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !(name === 'open' || name === 'class')) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.matches(typed)) old.value = old.defaultValue;
  const known = new Map([...old.children].filter(c => c.id).map(c => [c.id, c]));
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    while (at && at.id && at.id !== wanted.id && !$(`#${CSS.escape(at.id)}`, fresh)) { const gone = at; at = at.nextSibling; gone.remove(); }
    const match = wanted.id ? known.get(wanted.id) : at && !at.id && at.nodeName === wanted.nodeName ? at : null;
    if (match) { if (match === at) at = at.nextSibling; else old.insertBefore(match, at); patch(match, wanted, flash); } else old.insertBefore(document.importNode(wanted, true), at);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  if (flash && old.tagName === 'TR') { old.classList.add('changed'); setTimeout(() => old.classList.remove('changed'), 1300); }
}
/** @param {Document} doc @param {boolean} flash @param {boolean} [whole] */
function show(doc, flash, whole) {
  const focus = document.activeElement?.id, regions = /** @param {Document} d */ d => $$('[data-live]', d).map(e => e.id).join();
  root.dataset.theme = doc.documentElement.dataset.theme;
  if (whole || regions(document) !== regions(doc)) {
    $('#main')?.replaceWith(document.importNode(/** @type {Node} */($('#main', doc)), true));
    document.title = doc.title;
  }
  for (const fresh of $$('[data-live]', doc)) { const old = document.getElementById(fresh.id); if (old) patch(old, fresh, flash); }
  const value = /** @type {HTMLInputElement|null} */($(`[name=${token}]`, doc))?.value;
  if (value) $$(`[name=${token}]`).forEach(e => { /** @type {HTMLInputElement} */(e).value = value; });
  if (focus && document.activeElement === body) (document.getElementById(focus) ?? $('#main'))?.focus();
  tick();
}
/** @param {string} url @param {RequestInit} [options] @param {string} [why] @returns {Promise<[Response, Document]>} */
async function load(url, options, why = 'action') {
  const answer = await fetch(url, { ...options, headers: { 'Flags-Live': why } });
  return [answer, new DOMParser().parseFromString(await answer.text(), 'text/html')];
}

// ---- Dialogs: the part of an answer that asks; the same page without script.
/** @param {HTMLElement} part @param {string} opener */
function ask(part, opener) {
  const open = /** @type {HTMLDialogElement|null} */($('dialog')), dialog = open ?? /** @type {HTMLDialogElement} */(document.createElement('dialog'));
  const own = document.importNode(part, true), title = $('h1', own);
  title?.replaceWith(make('h2', title.textContent ?? '', { id: 'ask-title' }));
  dialog.replaceChildren(own);
  if (!open) {
    dialog.setAttribute('aria-labelledby', 'ask-title');
    dialog.addEventListener('close', () => { dialog.remove(); (document.getElementById(opener) ?? $('#main'))?.focus(); });
    body.append(dialog);
    dialog.showModal();
  }
  ($('[aria-invalid=true], [name=confirm]', own) ?? $('a[data-close]', own) ?? own).focus();
}
document.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */(event.target), button = event.submitter;
  if (form.closest('.door, .menu') || form.getAttribute('method') !== 'post') return;
  event.preventDefault();
  if (form.ariaBusy === 'true' || button?.ariaDisabled === 'true') return;
  const data = new URLSearchParams(/** @type {any} */(new FormData(form, button)));
  form.ariaBusy = 'true';
  try {
    const [answer, doc] = await load(/** @type {string} */(form.getAttribute('action') ?? location.href), { method: 'POST', body: data });
    const part = $('[data-ask]', doc), here = new URL(answer.url).pathname === location.pathname;
    if (answer.status === 401) return signedOut();
    if (part) return ask(part, button?.id || '');
    /** @type {HTMLDialogElement|null} */($('dialog'))?.close();
    mine = form;
    show(doc, false, !here || !answer.ok);
    mine = null;
    if (!here || form.hasAttribute('data-moves')) history.pushState(null, '', answer.url);
    $('#toasts')?.replaceChildren(...($('#toasts', doc)?.childNodes ?? []));
    $$('#toasts .toast').forEach(fade);
    clean();
    if (!here || !answer.ok) ($('[aria-invalid=true]') ?? $('#main'))?.focus();
    else if (form.isConnected) form.reset();
    else if (location.search.includes('edit=')) history.replaceState(null, '', answer.url);
    topics();
  } catch {
    say('Not changed: the server did not answer. Nothing was lost; try again.', true);
  } finally {
    form.ariaBusy = null;
  }
});
addEventListener('popstate', () => location.reload());
/** What was done last is told once: not again by a reload or a copied address. */
function clean() {
  const url = new URL(location.href), told = ['done', 'there', 'refused'].filter(name => url.searchParams.has(name));
  told.forEach(name => url.searchParams.delete(name));
  if (told.length) history.replaceState(null, '', url);
}

// ---- Live updates: an event says what changed, the page fetches itself.
let busy = false, again = false, source = /** @type {EventSource|null} */(null), wait = 1000, silence = 0, retry = 0, watched = '';
async function refresh() {
  if (busy || pressed) { again = true; return true; }
  busy = true;
  again = false;
  try {
    const [answer, doc] = await load(location.href, undefined, 'refresh');
    if (answer.status === 401) { stop(); signedOut(); return true; }
    if (answer.ok && doc.documentElement.dataset.build !== root.dataset.build) {
      if ($$('form').some(dirty)) line('Flags was updated.', location.href, 'Reload'); else location.reload();
    } else if (!$('dialog') && doc.body.dataset.events) { show(doc, true); line(''); }
    return answer.status < 502;
  } catch {
    return false;
  } finally {
    busy = false;
    if (again) setTimeout(refresh);
  }
}
function stop() { source?.close(); source = null; clearTimeout(silence); clearTimeout(retry); }
function alive() { clearTimeout(silence); silence = setTimeout(broken, 25000); }
async function broken() {
  stop();
  if (!await refresh()) line('Live updates are paused: the server does not answer. Buttons still work; trying again.');
  retry = setTimeout(listen, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, $('#connection')?.hidden === false ? 30000 : 5000);
}
function topics() {
  const now = [...new Set($$('[data-topic]').map(e => e.dataset.topic))].join();
  if (now !== watched) { watched = now; stop(); listen(); }
}
function listen() {
  if (!body.dataset.events || source || document.hidden || !watched) return;
  source = new EventSource(`${body.dataset.events}?topics=${watched}`);
  source.addEventListener('hello', e => { offset = +new Date(JSON.parse(e.data).now) - Date.now(); wait = 1000; alive(); refresh(); });
  source.addEventListener('ping', alive);
  source.addEventListener('change', e => { alive(); setTimeout(refresh, Math.random() * JSON.parse(e.data).spread); });
  source.onerror = broken;
}
let hiding = 0;
addEventListener('visibilitychange', () => { clearTimeout(hiding); if (document.hidden) hiding = setTimeout(stop, 5000); else listen(); });
addEventListener('pagehide', stop);
addEventListener('pageshow', e => { if (e.persisted) listen(); });
addEventListener('pointerdown', () => { pressed = true; });
for (const name of ['pointerup', 'pointercancel']) addEventListener(name, () => { pressed = false; if (again) setTimeout(refresh, 50); });

// ---- Search as you type: results only, never the field.
let typing = 0, asked = 0;
/** @param {Event} event @param {number} after */
function search(event, after) {
  const form = /** @type {HTMLFormElement|null} */(/** @type {Element} */(event.target).closest('[data-search]'));
  if (!form) return;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const mine = ++asked, query = [...new FormData(form)].filter(([name, value]) => value && !(name === 'sort' && value === 'name'));
    const url = form.action + (query.length ? `?${new URLSearchParams(/** @type {any} */(query))}` : '');
    const [answer, doc] = await load(url).catch(() => /** @type {any} */([{ ok: false }]));
    if (mine !== asked || !answer.ok) return;
    history.replaceState(null, '', url);
    document.title = doc.title;
    show(doc, false);
  }, after);
}
document.addEventListener('input', event => search(event, /** @type {Element} */(event.target).matches('select') ? 0 : 120));

// ---- Small things
document.addEventListener('click', event => {
  const target = /** @type {Element} */(event.target), copy = /** @type {HTMLElement|null} */(target.closest('[data-copy]'));
  if (target.closest('[aria-disabled=true]')) event.preventDefault();
  if (target.closest('dialog [data-close]')) { event.preventDefault(); /** @type {HTMLDialogElement} */($('dialog')).close(); }
  $$('.menu[open]').forEach(menu => menu.contains(target) || menu.removeAttribute('open'));
  if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy ?? '').then(() => say('Copied.'), () => say('Not copied: the browser refused.', true));
  else if (copy) getSelection()?.selectAllChildren($('.name', copy.parentElement ?? body) ?? $('pre', copy.closest('section') ?? body) ?? body);
});
document.addEventListener('keydown', event => {
  const field = $('[data-search] [type=search]');
  if (event.key === '/' && field && !/** @type {Element} */(event.target).matches('input, textarea, select') && !$('dialog')) { event.preventDefault(); field.focus(); }
  if (event.key === 'Escape') $$('.menu[open]').forEach(menu => { menu.removeAttribute('open'); $('summary', menu)?.focus(); });
});
const code = /** @type {HTMLInputElement|null} */($('[data-from-fragment]'));
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  $('#name')?.focus();
}
clean();
tick();
setInterval(tick, 5000);
$$('.toast').forEach(fade);
topics();
