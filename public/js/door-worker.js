// SPDX-License-Identifier: AGPL-3.0-or-later
// The door's page without a network. door.js keeps the page, which names nobody, and what it is made of; this worker
// serves them when the network does not, or when the pass is over: then the page itself sees to its end.

const kept = 'ingresso'
const patience = 4000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (/^\/(public|aspetto)\//.test(url.pathname)) event.respondWith(part(request))
})

async function page(request) {
  const shell = await caches.match(self.registration.scope, { cacheName: kept })
  try {
    const answer = await fetch(request, shell && { signal: AbortSignal.timeout(patience) })
    return shell && !answer.ok ? shell : answer
  } catch (error) {
    if (shell) return shell
    throw error
  }
}

async function part(request) {
  return await caches.match(request, { cacheName: kept, ignoreVary: true }) ?? fetch(request)
}
