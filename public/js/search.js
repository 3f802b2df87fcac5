// SPDX-License-Identifier: AGPL-3.0-or-later
// Searches while one types: the form marked data-search is sent as its button would, and of the page that answers only the
// list it names, and how many were found, take the place of those shown. What is typed and the focus stay where they are.

const pause = 200
const form = document.querySelector('[data-search]')
const field = form.elements.search
const list = document.getElementById(form.dataset.search)
const found = document.getElementById(form.dataset.found)
let shown = field.value.trim()
let waiting
let underWay

const search = async () => {
  const words = field.value.trim()
  underWay?.abort()
  if (words === shown) return
  underWay = new AbortController()
  const { signal } = underWay
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.getElementById(list.id)
    // Without it, as when the session has ended, the button still tells why.
    if (!answer.ok || !fresh) return
    list.innerHTML = fresh.innerHTML
    found.textContent = page.getElementById(found.id).textContent
    shown = words
  } catch {
    // Given up for a later one, or without a network: the next letter tries again.
  }
}

field.addEventListener('input', () => {
  clearTimeout(waiting)
  waiting = setTimeout(search, pause)
})
