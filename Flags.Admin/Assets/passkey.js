// @ts-check
// A button with data-passkey asks the browser for a passkey and sends its form with the answer.
/** @typedef {any} Any what TypeScript's own library does not know yet */
const able = isSecureContext && 'parseRequestOptionsFromJSON' in (/** @type {Any} */(window).PublicKeyCredential ?? {});
const why = (/** @type {Element} */ button, text = '') => {
  const line = document.getElementById(button.getAttribute('aria-describedby') ?? '');
  if (line) line.textContent = text;
};
for (const button of able ? [] : document.querySelectorAll('[data-passkey]')) {
  button.ariaDisabled = 'true';
  why(button, 'Passkeys need an address with https, or localhost, and a browser that knows them.');
}
async function credential(/** @type {HTMLFormElement} */ form, /** @type {Any} */ button) {
  const answer = await fetch(button.dataset.passkey, { method: 'POST', headers: { 'Flags-Live': 'action' }, body: new URLSearchParams(/** @type {Any} */(new FormData(form, button))) });
  if (!answer.ok) throw new Error('This page is too old. Reload it and try again.');
  const options = await answer.json(), known = /** @type {Any} */(PublicKeyCredential);
  return button.value === 'sign-in'
    ? navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) })
    : navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) });
}
// While capturing: before the script that sends other forms without leaving the page.
document.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */(event.target), button = /** @type {Any} */(event.submitter);
  if (!button?.dataset.passkey) return;
  event.preventDefault();
  event.stopPropagation();
  const fields = /** @type {Any[]} */([...form.elements]).filter(field => field.type !== 'password');
  if (form.ariaBusy || button.ariaDisabled === 'true' || !fields.every(field => field.reportValidity())) return;
  form.ariaBusy = 'true';
  why(button);
  try {
    /** @type {Any} */(form.elements.namedItem('credential')).value = JSON.stringify(await credential(form, button));
    form.submit();
  } catch (/** @type {Any} */ error) {
    form.ariaBusy = null;
    why(button, error.name === 'NotAllowedError' ? 'No passkey was chosen. Try again, or use the passphrase.' : `That did not work: ${error.message}`);
  }
}, true);
export { };
