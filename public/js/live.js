// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps what others change in sight while a page stays open: the elements marked data-live are taken from the page as the
// server has it now, every few seconds and after each button pressed in them. What is typed elsewhere stays, and so does
// the focus. Marked data-live="acts", only after a button pressed. Words marked data-live-words are what a screen reader is
// told when they change.

const every = 5000
const stale = document.querySelector('[data-live-stale]')
let asked = 0
let acting = 0

const renew = (old, now) => {
  if (old.innerHTML === now.innerHTML) return
  const focused = old.contains(document.activeElement) && document.activeElement
  old.innerHTML = now.innerHTML
  if (!focused) return
  // The same control, or what it belonged to.
  const owner = focused.closest('li[id]')
  const next = [focused.id, owner && owner.id].map(id => id && document.getElementById(id)).find(Boolean)
  if (next) next.focus({ preventScroll: true })
}

// show puts the answer into the page, unless a later one is under way.
const show = async (answer, turn, acted) => {
  if (!answer.ok) throw new Error(answer.status)
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (turn !== asked) return
  // Without any of them, as when the session or the evening has ended, what is shown is no longer so.
  if (![...document.querySelectorAll('[data-live]')].some(old => now.getElementById(old.id))) throw new Error('another page')
  for (const old of document.querySelectorAll('[data-live]')) {
    const fresh = now.getElementById(old.id)
    if (fresh && (acted || old.dataset.live !== 'acts')) renew(old, fresh)
  }
  for (const old of document.querySelectorAll('[data-live-words]')) {
    const fresh = now.getElementById(old.id)
    if (fresh && old.textContent !== fresh.textContent) old.textContent = fresh.textContent
  }
}

const ask = async (address, options) => {
  const turn = ++asked
  try {
    await show(await fetch(address, options), turn, Boolean(options))
    if (stale) stale.hidden = true
    return true
  } catch {
    if (stale) stale.hidden = false
    return false
  }
}

const look = () => { if (!document.hidden && acting === 0) ask(location.pathname) }
if (document.querySelector('[data-live]')) {
  setInterval(look, every)
  document.addEventListener('visibilitychange', look)
}

document.addEventListener('submit', async event => {
  const form = event.target
  if (!form.closest('[data-live]') || form.method !== 'post') return
  event.preventDefault()
  const button = event.submitter
  const fields = new URLSearchParams(new FormData(form))
  if (button && button.name) fields.append(button.name, button.value)
  acting++ // nor does a look meanwhile set aside what the button's answer shows
  const shown = await ask(form.action, { method: 'POST', body: fields })
  acting--
  if (!shown) form.submit()
})
