// SPDX-License-Identifier: AGPL-3.0-or-later
// The door's page itself, kept on the device so that it opens without a network. It names nobody.

const kept = 'ingresso'

export async function keepShell(base) {
  if (!navigator.serviceWorker || !window.caches) return
  await navigator.serviceWorker.register(`${base}/servizio.js`, { scope: base })
  const answer = await fetch(base)
  if (!answer.ok || answer.redirected) return
  const page = new DOMParser().parseFromString(await answer.clone().text(), 'text/html')
  const parts = [...page.querySelectorAll('link[rel=stylesheet], link[rel=icon], link[rel=preload], script[src], use')]
    .map(e => (e.getAttribute('src') ?? e.getAttribute('href')).split('#')[0])
  const cache = await caches.open(kept)
  const needed = new Set([...parts, base].map(path => new URL(path, location).href))
  await cache.put(base, answer)
  for (const address of needed) {
    if (new URL(address).pathname !== base && !await cache.match(address, { ignoreVary: true })) await cache.add(address)
  }
  for (const request of await cache.keys()) if (!needed.has(request.url)) await cache.delete(request)
}

export async function dropShell(base) {
  await window.caches?.delete(kept)
  for (const worker of await navigator.serviceWorker?.getRegistrations() ?? []) {
    if (new URL(worker.scope).pathname === base) await worker.unregister()
  }
}
