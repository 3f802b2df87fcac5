// SPDX-License-Identifier: AGPL-3.0-or-later
// The door with a script: the list is on the device, one finds people as one types or by their code, and who comes is
// written down here first and told to the program as soon as there is a network (door/). At the pass's end the device
// forgets all of it.

import { canScan, scan } from './door/camera.js'
import { dropShell, keepShell } from './door/shell.js'
import { openStore, wipeOthers } from './door/store.js'
import { Gone, late, Sync } from './door/sync.js'

const door = document.querySelector('[data-door]')
const { base, label } = door.dataset
const words = JSON.parse(door.dataset.words)
const language = document.documentElement.lang
const part = name => door.querySelector(`[data-${name}]`)
const shown = 20
const lastShown = 10

const plurals = new Intl.PluralRules(language)
const several = (key, n) => words[`${key}.${plurals.select(n) === 'one' ? 'one' : 'other'}`].replace(/[12]/, n)
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Rome' })

let store, sync
let offline = false
let kept = false
let ended = false

// What is known.

const when = arrival => Date.parse(arrival.at) + (arrival.queued ? store.state.skew ?? 0 : 0)
const now = () => Date.now() + (store.state.skew ?? 0)
const until = () => Date.parse(store.state.until ?? door.dataset.until)
const bare = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const code = text => text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
const capacity = () => store.state.capacity ?? Number(door.dataset.capacity)
const doorOf = arrival => arrival.queued ? label : arrival.door || words.desk

// full tells whether as many are inside as the room holds, as DoorTally has it.
function full() {
  let inside = 0
  for (const arrival of store.present().values()) inside += arrival.people
  return capacity() > 0 && inside >= capacity()
}

function byCode(text) {
  const wanted = code(text)
  for (const r of store.registrations.values()) if ((r.letters ??= code(r.code)) === wanted) return r
}

function byName(text) {
  const exact = byCode(text)
  if (exact) return [exact]
  const parts = bare(text).split(/\s+/).filter(Boolean)
  if (parts.length === 0) return []
  const found = []
  for (const r of store.registrations.values()) {
    r.bare ??= bare(r.name)
    if (parts.every(p => r.bare.includes(p))) found.push(r)
    if (found.length === shown) break
  }
  return found
}

// stateOf is what a door is to know of a registration first, as stateAtDoor has it.
function stateOf(r, arrival) {
  if (arrival) return 'already'
  return r.state === 'seated' || r.state === 'offered' ? 'expected' : r.state
}

// What is done.

async function enter(r, people) {
  await store.write({ id: crypto.randomUUID(), registration: r.id, people, at: new Date().toISOString(), queued: true })
  changed(`${words.saved}: ${r.name}, ${several('party', people)}`)
}

async function walkIn(people, town) {
  const from = town === 'elsewhere' ? { elsewhere: true } : town ? { municipality: town } : {}
  const id = crypto.randomUUID()
  await store.write({ id, people, ...from, at: new Date().toISOString(), queued: true })
  changed()
  walked(id, `${words.walk_in}, ${several('party', people)}`)
}

// walked says beside the buttons who walked in, whether the room has no place for them, and takes it back there.
function walked(id, who) {
  const [said, back] = [part('walked-said'), part('walked-undo')]
  const saved = `${words.saved}: ${who}.`
  said.replaceChildren(...full() ? [template('sign-full'), ` ${saved} ${words.full}`] : [saved])
  back.hidden = false
  back.setAttribute('aria-label', `${back.textContent}: ${who}`)
  back.onclick = async () => {
    await undo(id)
    back.hidden = true
    said.textContent = words.undone
    said.focus()
  }
  part('walked').scrollIntoView({ block: 'nearest', behavior: 'instant' })
}

// undo takes back all the arrivals of a party that are known here.
async function undo(party) {
  for (const arrival of [...store.arrivals.values()]) {
    if (arrival.undone || (arrival.registration ?? arrival.id) !== party) continue
    if (arrival.refused) await store.forget(arrival.id)
    else await store.write({ ...arrival, undone: true, queued: true })
  }
  changed(words.undone)
}

function changed(said) {
  if (said) say(said)
  show()
  sync.soon()
}

// What is shown.

function say(text) { part('found-note').textContent = text }

function template(name) { return door.querySelector(`[data-template="${name}"]`).content.cloneNode(true) }

function slot(node, name) { return node.querySelector(`[data-slot="${name}"]`) }

// fill says of a party in a card, or in the answer as large as the screen, who it is and what can be done.
function fill(node, r, state, arrival) {
  const card = node.querySelector('.door-card') ?? node
  card.dataset.state = state
  slot(node, 'sign').replaceChildren(template(`sign-${state}`))
  slot(node, 'state').textContent = words[`state.${state}`] +
    (state === 'already' ? ` · ${clock.format(when(arrival))} · ${doorOf(arrival)}` : '')
  slot(node, 'name').textContent = r?.name ?? ''
  slot(node, 'party').textContent = r ? `${several('party', arrival?.people ?? r.seats)} · ${r.code}` : ''
  slot(node, 'needs').replaceChildren(...(r?.needs ?? []).map(need => template(`need-${need}`)))
  const form = slot(node, 'enter')
  const [field, button] = [form.querySelector('input'), form.querySelector('button')]
  form.hidden = !r || r.state === 'cancelled'
  field.value = arrival?.people ?? r?.seats ?? ''
  button.textContent = words[arrival ? 'correct' : state === 'expected' ? 'enter' : 'enter_anyway']
  button.setAttribute('aria-label', `${button.textContent}: ${r?.name ?? ''}`)
  form.onsubmit = event => {
    event.preventDefault()
    if (!field.reportValidity() || !field.value) return
    close()
    enter(r, Number(field.value))
  }
  const back = slot(node, 'undo')
  back.hidden = !arrival
  back.setAttribute('aria-label', `${back.textContent}: ${r?.name ?? ''}`)
  back.onclick = () => { close(); undo(r.id) }
}

// rows puts rows, each by the id it is of, into a list. One that reads as before stays as it is, with what is typed in it and
// the focus; from one that changed, the focus goes to the same control of the new one.
function rows(name, made) {
  const list = part(name)
  const before = new Map([...list.children].map(row => [row.dataset.row, row]))
  const focused = list.contains(document.activeElement) && document.activeElement
  const of = focused && focused.closest('[data-row]')?.dataset.row
  const after = made.map(([id, fragment]) => {
    const row = fragment.firstElementChild
    row.reads = row.outerHTML
    row.dataset.row = id
    return before.get(id)?.reads === row.reads ? before.get(id) : row
  })
  for (const old of [...list.children]) if (!after.includes(old)) old.remove()
  after.forEach((row, i) => { if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null) })
  if (!focused || focused.isConnected) return
  const same = after.find(row => row.dataset.row === of)
  const next = same?.querySelector(focused.tagName.toLowerCase()) ?? list.closest('section').querySelector('h2')
  if (!same) next.tabIndex = -1
  next.focus({ preventScroll: true })
}

function show() {
  if (ended) return
  const present = store.present()
  figures(present)
  part('full').hidden = !full()
  const search = door.querySelector('[name=search]')
  const typed = search.value.trim()
  const found = typed ? byName(typed) : []
  rows('found', found.map(r => {
    const card = template('card')
    const arrival = present.get(r.id)
    fill(card, r, stateOf(r, arrival), arrival)
    return [r.id, card]
  }))
  last(present)
  status()
}

function figures(present) {
  let [expected, entered, walkIns] = [0, 0, 0]
  for (const arrival of present.values()) {
    entered += arrival.people
    if (!arrival.registration) walkIns += arrival.people
  }
  for (const r of store.registrations.values()) if (!present.has(r.id) && stateOf(r) === 'expected') expected += r.seats
  const figure = { expected, entered, walk_ins: walkIns, free: Math.max(0, capacity() - entered - expected) }
  for (const [name, n] of Object.entries(figure)) door.querySelector(`[data-count="${name}"]`).textContent = n.toLocaleString(language)
}

function last(present) {
  const refused = [...store.arrivals.values()].filter(a => a.refused && !a.undone)
  const newest = [...present.values()].sort((a, b) => when(b) - when(a)).slice(0, lastShown)
  rows('last', [...refused.map(arrival => [arrival.id, notTaken(arrival)]), ...newest.map(arrival => {
    const row = template('last')
    const r = store.registrations.get(arrival.registration)
    slot(row, 'name').textContent = r?.name ?? words.walk_in
    slot(row, 'party').textContent = [several('party', arrival.people), clock.format(when(arrival)), doorOf(arrival)].join(' · ')
    const back = slot(row, 'undo')
    back.setAttribute('aria-label', `${back.textContent}: ${r?.name ?? words.walk_in}`)
    back.onclick = () => undo(arrival.registration ?? arrival.id)
    return [arrival.id, row]
  })])
}

// notTaken is an arrival that the program did not take, as of who cancelled meanwhile: somebody decides what to make of it.
function notTaken(arrival) {
  const row = template('last')
  const name = store.registrations.get(arrival.registration)?.name ?? words.walk_in
  slot(row, 'name').textContent = `${words.refused}: ${name}`
  slot(row, 'party').textContent = several('party', arrival.people)
  const forget = slot(row, 'undo')
  const count = forget.cloneNode()
  count.textContent = words.count_anyway
  count.onclick = async () => { await store.forget(arrival.id); walkIn(arrival.people) }
  forget.textContent = words.forget
  forget.onclick = async () => { await store.forget(arrival.id); changed() }
  forget.before(count)
  return row
}

function status() {
  const waiting = store.unsent().length
  const told = [offline && words.offline, waiting > 0 && several('unsent', waiting)].filter(Boolean).join(': ')
  const line = part('status')
  line.hidden = false
  // Told aloud is that the network went or came back, not each arrival: what was pressed says that.
  line.ariaLive = line.dataset.offline === String(offline) ? 'off' : 'polite'
  line.dataset.offline = offline
  const text = told || words.online
  if (line.textContent !== text) line.textContent = text
}

// A code.

const answer = part('answer')

function close() { if (answer.open) answer.close() }

// admit answers a code as large as the screen: who has a seat is in by that.
async function admit(text) {
  const r = byCode(text)
  const before = r && store.present().get(r.id)
  let state = r ? stateOf(r, before) : 'unknown'
  if (state === 'expected') {
    await enter(r, r.seats)
    state = 'entered'
  }
  fill(answer, r, state, r && store.present().get(r.id))
  navigator.vibrate?.(state === 'entered' ? 80 : [80, 60, 80])
  if (!answer.open) answer.showModal()
  await new Promise(resolve => { answer.onclose = resolve })
}

slot(answer, 'next').onclick = close

function searches() {
  const form = part('search')
  const field = form.querySelector('input')
  field.addEventListener('focus', () => field.select())
  field.addEventListener('input', () => {
    show()
    say(field.value.trim() && !part('found').children.length ? words.none : '')
  })
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (!byCode(field.value)) return show()
    const typed = field.value
    field.value = ''
    show()
    await admit(typed)
    field.focus()
  })
}

function walkIns() {
  const form = part('walk-ins')
  const number = form.querySelector('input')
  const buttons = [...form.querySelectorAll('[data-number]')]
  const press = () => { for (const b of buttons) b.setAttribute('aria-pressed', b.dataset.number === number.value) }
  part('numbers').hidden = false
  for (const button of buttons) button.onclick = () => { number.value = button.dataset.number; press() }
  number.addEventListener('input', press)
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (!number.value || !number.reportValidity()) return
    await walkIn(Number(number.value), event.submitter?.dataset.town)
    number.value = '1'
    press()
  })
}

function camera() {
  if (!canScan()) return
  const box = part('camera')
  const [on, off, view] = [part('camera-on'), part('camera-off'), part('camera-view')]
  let stop
  box.hidden = false
  on.onclick = async () => {
    view.hidden = false
    on.hidden = true
    try {
      stop = await scan(view.querySelector('video'), text => !answer.open && admit(text))
      if (view.hidden) stop() // closed meanwhile
      else off.focus()
    } catch {
      say(words['camera.denied'])
      off.onclick()
    }
  }
  off.onclick = () => {
    stop?.()
    view.hidden = true
    on.hidden = false
    on.focus()
  }
}

// The end.

// end forgets the names at once. What was not sent yet is, if it can be; then nothing is left on the device.
async function end(lost) {
  const first = !ended
  ended = true
  if (first) {
    if (!part('camera-view').hidden) part('camera-off').click()
    door.querySelectorAll('section, dl').forEach(e => e.remove())
    close()
    await store.forgetNames()
  }
  const waiting = store.unsent().length
  const line = part('status')
  line.hidden = false
  line.ariaLive = 'polite'
  if (waiting > 0 && !lost && now() < until() + late) {
    line.textContent = `${words.over_unsent} ${several('unsent', waiting)}`
    if (first) sync.soon()
    return
  }
  sync.stop()
  await store.wipe()
  await dropShell(base)
  line.textContent = waiting > 0 ? `${words.lost} ${several('unsent', waiting)}` : words.over
}

// heard is what became of telling the program.
async function heard(error) {
  offline = Boolean(error) && !(error instanceof Gone)
  if (error instanceof Gone) return end(true)
  if (ended || now() >= until()) return end(false)
  show()
  if (!error) keep()
}

// keep has the page open without a network from now on; where that fails, it is tried again when the program was told.
async function keep() {
  if (kept) return
  kept = true
  try {
    await keepShell(base)
    await wipeOthers(door.dataset.door)
    door.dataset.ready = ''
  } catch {
    kept = false
  }
}

// begin leaves the page to its forms where the device keeps nothing, as in some private windows.
async function begin() {
  store = await openStore(door.dataset.door)
  for (const plain of door.querySelectorAll('[data-plain]')) plain.remove()
  sync = new Sync(base, store, heard)
  if (now() >= until()) return end(false)
  setInterval(() => { if (!ended && now() >= until()) end(false) }, 1000)
  searches()
  walkIns()
  camera()
  show()
  sync.soon()
}

begin()
