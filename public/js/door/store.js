// SPDX-License-Identifier: AGPL-3.0-or-later
// What a door's device keeps, in IndexedDB: the list of those registered, the arrivals at all doors, and how it stands
// with the program. Each meeting has a database of its own. All of it is in memory too, and what is shown comes from there.

const prefix = 'ingresso-'

const asked = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

const done = transaction => new Promise((resolve, reject) => {
  transaction.oncomplete = resolve
  transaction.onabort = transaction.onerror = () => reject(transaction.error)
})

export async function openStore(meeting) {
  const opening = indexedDB.open(prefix + meeting, 1)
  opening.onupgradeneeded = () => {
    for (const name of ['registrations', 'arrivals']) opening.result.createObjectStore(name, { keyPath: 'id' })
    opening.result.createObjectStore('state')
  }
  const db = await asked(opening)
  db.onversionchange = () => db.close() // another window wipes it
  const reading = db.transaction(['registrations', 'arrivals', 'state'])
  const [registrations, arrivals, state] = await Promise.all([
    asked(reading.objectStore('registrations').getAll()),
    asked(reading.objectStore('arrivals').getAll()),
    asked(reading.objectStore('state').get('state')),
  ])
  return new Store(db, registrations, arrivals, state)
}

class Store {
  constructor(db, registrations, arrivals, state = {}) {
    this.db = db
    this.registrations = new Map(registrations.map(r => [r.id, r]))
    this.arrivals = new Map(arrivals.map(a => [a.id, a]))
    this.state = state // since, skew, until, capacity, version
  }

  // write puts one arrival, for good: it resolves once the device has it.
  async write(arrival) {
    this.arrivals.set(arrival.id, arrival)
    const writing = this.db.transaction('arrivals', 'readwrite')
    writing.objectStore('arrivals').put(arrival)
    await done(writing)
  }

  // merge takes over what the program says. What this device has still to tell stays as it is.
  async merge(answer) {
    const { now, until, capacity, version, arrivals = [], registrations } = answer
    const writing = this.db.transaction(['registrations', 'arrivals', 'state'], 'readwrite')
    for (const arrival of arrivals) {
      const own = this.arrivals.get(arrival.id)
      if (own?.queued) continue
      this.arrivals.set(arrival.id, arrival)
      writing.objectStore('arrivals').put(arrival)
    }
    if (registrations) {
      this.registrations = new Map(registrations.map(r => [r.id, r]))
      writing.objectStore('registrations').clear()
      for (const registration of registrations) writing.objectStore('registrations').put(registration)
      this.state.version = version
    }
    Object.assign(this.state, { since: now, until, capacity, skew: Date.parse(now) - Date.now() })
    writing.objectStore('state').put(this.state, 'state')
    await done(writing)
  }

  async forget(id) {
    this.arrivals.delete(id)
    const writing = this.db.transaction('arrivals', 'readwrite')
    writing.objectStore('arrivals').delete(id)
    await done(writing)
  }

  // unsent are the arrivals that the program has still to be told.
  unsent() { return [...this.arrivals.values()].filter(a => a.queued) }

  // present returns the last arrival of each party that is there, by registration or by its own id.
  present() {
    const last = new Map()
    for (const arrival of this.arrivals.values()) {
      if (arrival.undone || arrival.refused) continue
      const party = arrival.registration ?? arrival.id
      const other = last.get(party)
      if (!other || later(arrival, other)) last.set(party, arrival)
    }
    return last
  }

  // forgetNames keeps nothing but what has still to be sent, which names nobody.
  async forgetNames() {
    this.registrations.clear()
    for (const [id, arrival] of this.arrivals) if (!arrival.queued) this.arrivals.delete(id)
    const writing = this.db.transaction(['registrations', 'arrivals'], 'readwrite')
    writing.objectStore('registrations').clear()
    writing.objectStore('arrivals').clear()
    for (const arrival of this.arrivals.values()) writing.objectStore('arrivals').put(arrival)
    await done(writing)
  }

  async wipe() {
    this.registrations.clear()
    this.arrivals.clear()
    this.db.close()
    await asked(indexedDB.deleteDatabase(this.db.name))
  }
}

function later(a, b) {
  const between = Date.parse(a.at) - Date.parse(b.at)
  return between > 0 || (between === 0 && a.id > b.id)
}

// wipeOthers deletes what this device kept for other meetings: it holds no pass for them any more.
export async function wipeOthers(meeting) {
  for (const { name } of await indexedDB.databases?.() ?? []) {
    if (name.startsWith(prefix) && name !== prefix + meeting) indexedDB.deleteDatabase(name)
  }
}
