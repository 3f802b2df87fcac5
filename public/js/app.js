// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything works without this script. It only adds what HTML cannot do by
// itself: a button that prints, and a count of the letters left in a text.

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

for (const left of document.querySelectorAll('[data-left]')) {
  const area = document.getElementById(left.dataset.left)
  const tell = () => { left.textContent = left.dataset.max - [...area.value].length }
  area.addEventListener('input', tell)
  left.parentElement.hidden = false
  tell()
}
