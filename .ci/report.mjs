// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads `go test -json` on standard input: tells what failed, with what it printed, then one
// line for each package, and at the end the count of tests. Fails unless everything passed.
import { createInterface } from 'node:readline'

const printed = new Map() // what each test, or package, has printed so far
const count = { pass: 0, fail: 0, skip: 0 }
let packages = 0
let broken = false

const key = event => `${event.Package ?? event.ImportPath} ${event.Test ?? ''}`

for await (const line of createInterface({ input: process.stdin })) {
  let event
  try {
    event = JSON.parse(line)
  } catch {
    console.log(line) // the go command itself speaks
    continue
  }
  if (event.Action === 'output' || event.Action === 'build-output') {
    printed.set(key(event), (printed.get(key(event)) ?? '') + event.Output)
    continue
  }
  if (!(event.Action in count) && event.Action !== 'build-fail') continue

  if (event.Action === 'fail' || event.Action === 'build-fail') {
    broken = true
    console.log(`FAILED ${key(event)}\n${printed.get(key(event)) ?? ''}`)
  }
  printed.delete(key(event))
  if (event.Test) {
    count[event.Action]++
  } else if (event.Action !== 'build-fail') {
    packages++
    if (event.Action === 'pass') console.log(`ok     ${event.Package} ${event.Elapsed.toFixed(1)} s`)
  }
}

if (packages === 0) broken = true
if (count.skip > 0) console.log(`${count.skip} tests were skipped`)
console.log(`${count.pass} passed, ${count.fail} failed`)
process.exit(broken ? 1 : 0)
