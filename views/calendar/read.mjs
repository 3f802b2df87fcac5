// SPDX-License-Identifier: AGPL-3.0-or-later

// Reads an iCalendar file from standard input with ical.js, which knows nothing of the program that wrote it, and writes
// what it says as JSON.
import { readFileSync } from "node:fs"
import ICAL from "ical.js"

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")))
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone))
}
const component = calendar.getFirstSubcomponent("vevent")
const event = new ICAL.Event(component)
const offset = time => {
  const minutes = time.utcOffset() / 60
  return (minutes < 0 ? "-" : "+") + String(Math.abs(minutes) / 60).padStart(2, "0") + ":00"
}
const value = name => String(component.getFirstPropertyValue(name) ?? "")
const organizer = component.getFirstProperty("organizer")
console.log(JSON.stringify({
  method: String(calendar.getFirstPropertyValue("method")),
  uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
  description: event.description, status: value("status"), url: value("url"),
  organizer: organizer ? [organizer.getParameter("cn"), organizer.getFirstValue()] : [],
  geo: component.getFirstPropertyValue("geo") ?? [],
  starts: event.startDate.toJSDate().toISOString(), ends: event.endDate.toJSDate().toISOString(),
  offset: offset(event.startDate),
  alarms: component.getAllSubcomponents("valarm").map(alarm => {
    const rings = event.startDate.clone()
    rings.addDuration(alarm.getFirstPropertyValue("trigger"))
    return [alarm.getFirstPropertyValue("action"), rings.toJSDate().toISOString(), alarm.getFirstPropertyValue("description")]
  }),
}))
