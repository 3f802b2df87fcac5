// SPDX-License-Identifier: AGPL-3.0-or-later
// Shows a colour while it is picked; one that cannot be read, as the nearest that can. The shades and the contrast are
// those of models/colours.go, which decides.

const form = document.querySelector('[data-look]')
const field = form.elements.accent
const picker = form.querySelector('[data-look-picker]')
const sample = form.querySelector('[data-look-sample]')
const verdict = form.querySelector('[data-look-verdict]')

// parse reads "#06c" or "0066CC" as three numbers; null when it is neither.
const parse = text => {
  const hex = text.trim().replace(/^#/, '')
  if (!/^([0-9a-f]{3}|[0-9a-f]{6})$/i.test(hex)) return null
  const wide = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex
  return [0, 2, 4].map(i => parseInt(wide.slice(i, i + 2), 16))
}
const write = colour => '#' + colour.map(v => v.toString(16).padStart(2, '0')).join('')
const mix = (colour, other, share) => colour.map(v => Math.round(v * (1 - share) + other * share))
const luminance = colour => colour.map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
const contrast = (a, b) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const legibility = colour => Math.min(contrast(colour, [255, 255, 255]), contrast(colour, [0xf2, 0xf6, 0xfa]))
const legible = colour => {
  for (let share = 0; share < 1; share += 0.005) {
    const shade = mix(colour, 0, share)
    if (legibility(shade) >= Number(sample.dataset.least)) return shade
  }
  return [0, 0, 0]
}

const show = () => {
  const typed = parse(field.value.trim() || sample.dataset.lookSample)
  if (!typed) return
  const colour = legible(typed)
  const shades = { '': colour, '-strong': mix(colour, 0, 0.15), '-deep': mix(colour, 0, 0.3), '-deepest': mix(colour, 0, 0.5), '-pale': mix(colour, 255, 0.8) }
  for (const [name, shade] of Object.entries(shades)) sample.style.setProperty('--accent' + name, write(shade))
  picker.value = write(typed)
  const ratio = legibility(typed)
  const words = ratio < Number(sample.dataset.least) ? sample.dataset.illegible : sample.dataset.legible
  const shown = (Math.floor(ratio * 10) / 10).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1 })
  verdict.textContent = words.replace('{ratio}', shown).replace('{colour}', write(colour))
}

picker.hidden = false
picker.addEventListener('input', () => { field.value = picker.value; show() })
field.addEventListener('input', show)
show()
