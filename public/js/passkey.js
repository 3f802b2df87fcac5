// SPDX-License-Identifier: AGPL-3.0-or-later
// Passkeys: a button asks the server what the browser is to sign, has it signed, and goes where the answer says. What
// goes wrong is said beside the button. Where the browser knows no passkeys the button stays hidden, and the page has
// another way.

const { PublicKeyCredential } = window

async function post(address, body) {
  const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) })
  const told = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {}
  if (!answer.ok) throw new Error(told.problem ?? '')
  return told
}

async function sign(button) {
  const { publicKey } = await post(button.dataset.ask)
  const credential = button.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
  return post(button.dataset.answer, credential.toJSON())
}

for (const button of document.querySelectorAll('[data-passkey]')) {
  const problem = document.getElementById(button.getAttribute('aria-describedby'))
  if (!PublicKeyCredential?.parseCreationOptionsFromJSON) {
    problem.textContent = button.dataset.unable
    continue
  }
  button.hidden = false
  button.addEventListener('click', async () => {
    button.disabled = true
    problem.textContent = ''
    try {
      const { to } = await sign(button)
      location.assign(to)
    } catch (error) {
      // What the browser itself says (NotAllowedError: turned away, or too late) is in its own words: ours are plainer.
      problem.textContent = (error instanceof DOMException ? '' : error.message) || button.dataset.failed
      button.disabled = false
      button.focus()
    }
  })
}
