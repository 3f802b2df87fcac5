// SPDX-License-Identifier: AGPL-3.0-or-later
// Telling the program what this door did, and hearing what the others did: now, every ten seconds, and when the network
// is back.

const every = 10000
const patience = 8000
const batch = 200

// For how long after its end a pass may still send what it could not (models/door_passes.go).
export const late = 24 * 60 * 60 * 1000

// Gone says that the pass is over, or was taken away.
export class Gone extends Error {}

async function ask(address, body) {
  const answer = await fetch(address, {
    ...(body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patience),
  })
  // A 404 may come from the room's own network, or from a proxy while the program starts again: nothing is wiped for that.
  if (answer.status === 410) throw new Gone()
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  return answer.json()
}

export class Sync {
  // heard is called after each try, with the error if it failed.
  constructor(base, store, heard) {
    Object.assign(this, { base, store, heard, running: null, again: false })
    addEventListener('online', () => this.soon())
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.soon() })
    this.timer = setInterval(() => this.soon(), every)
  }

  stop() {
    clearInterval(this.timer)
    this.stopped = true
  }

  // soon tells and hears, now or as soon as what is under way is done; it never fails.
  soon() {
    if (this.stopped) return Promise.resolve()
    if (this.running) {
      this.again = true
      return this.running
    }
    this.running = this.run().then(() => this.heard(), error => this.heard(error)).finally(() => {
      this.running = null
      if (this.again) {
        this.again = false
        this.soon()
      }
    })
    return this.running
  }

  async run() {
    do {
      await this.tell()
    } while (this.store.unsent().length > 0 && !this.again)
    if (!this.stale) return
    await this.store.merge(await ask(`${this.base}/elenco`))
    this.stale = false
  }

  async tell() {
    const events = this.store.unsent().slice(0, batch)
    const told = events.map(({ id, registration, people, municipality, elsewhere, at, undone }) =>
      ({ id, registration, people, municipality, elsewhere, at: new Date(at).toISOString(), undone }))
    const answer = await ask(`${this.base}/arrivi`, { now: new Date().toISOString(), since: this.store.state.since, events: told })
    const refused = new Set(answer.refused)
    for (const [i, event] of events.entries()) {
      const now = this.store.arrivals.get(event.id)
      if (!now || now.undone !== told[i].undone) continue // changed meanwhile: it is told again
      await this.store.write({ ...now, queued: false, refused: refused.has(event.id) && !now.undone })
    }
    await this.store.merge(answer)
    this.stale = answer.version !== undefined && answer.version !== '' && answer.version !== this.store.state.version
  }
}
