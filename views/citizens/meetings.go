// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// MeetingsPage is the list of a consultation's meetings.
type MeetingsPage struct {
	layout.Page
	Meetings []models.Meeting // with their municipalities
	Now      time.Time
}

// MeetingPage is one meeting, with the form to register for it, and to be told its date or its minutes.
type MeetingPage struct {
	layout.Page
	Meeting *models.Meeting // with its municipality
	Others  []models.Meeting
	Now     time.Time
	// Discussed are the guidelines that it discusses.
	Discussed []models.Guideline
	Documents []models.MeetingDocument // with their files

	// Form holds what was typed, and Wrong what is wrong with it.
	Form  models.RegistrationForm
	Wrong models.FieldErrors
	// Follow holds the address typed to be told, and FollowWrong what is wrong with it.
	Follow      string
	FollowWrong models.FieldErrors
	// Followed: the wish to be told has just been kept.
	Followed bool
	// Email is the address of who is signed in, or "".
	Email string

	// Room is where questions are asked, while it is open, and until when it is; Questions are those that were answered, once
	// the meeting is closed.
	Room      string
	RoomUntil time.Time
	Questions []models.Question
	// Record is what is left of it, once it is closed.
	Record *models.MeetingRecord
}

// followPrefix sets the ids of the form to be told apart from those of the registration.
const followPrefix = "avvisami"

func (p MeetingPage) address(ctx context.Context, rest string) string {
	return p.In(ctx, "/incontri/"+p.Meeting.Slug+rest)
}

// texts are all that staff wrote of the meeting.
func (p MeetingPage) texts() []models.Text {
	m := p.Meeting
	return []models.Text{m.Title, m.Body, m.CancelReason, m.Programme, m.Speakers, m.AccessNote, m.ChildCare}
}

// awaited tells whether one can ask to be told: the date, while it is to be confirmed, then the minutes.
func (p MeetingPage) awaited() bool {
	return !p.Meeting.Cancelled() && !p.Meeting.Closed() && p.Consultation.Live()
}

// telling is a text of the form to be told, about what the meeting's readers wait for: its date or its minutes.
func (p MeetingPage) telling(ctx context.Context, what string) string {
	if p.Meeting.Confirmed() {
		return locale.T(ctx, "meetings.follow_minutes."+what)
	}
	return locale.T(ctx, "meetings.follow."+what)
}

func (p MeetingPage) problems(ctx context.Context) []parts.Problem {
	return append(parts.ProblemsOf(ctx, p.Wrong, ""), parts.ProblemsOf(ctx, p.FollowWrong, followPrefix)...)
}

// languages are those into which somebody interprets.
func languages(ctx context.Context, m *models.Meeting) string {
	names := make([]string, len(m.Interpreters))
	for i, code := range m.Interpreters {
		names[i] = locale.T(ctx, "meeting_language."+code)
	}
	return strings.Join(names, ", ")
}

// seatsLeft says how many seats can still be booked, or why none can; "" where the meeting has no date, or is cancelled.
func seatsLeft(ctx context.Context, m *models.Meeting, now time.Time) string {
	switch {
	case m.Cancelled() || !m.Confirmed():
		return ""
	case m.Closed():
		return locale.T(ctx, "meetings.minutes_there")
	case m.Ended(now):
		return locale.T(ctx, "meetings.over")
	case m.Begun(now):
		return locale.T(ctx, "meetings.on")
	case now.Before(m.RegistrationFrom):
		return locale.T(ctx, "meetings.from", "Date", locale.DateTime(ctx, m.RegistrationFrom))
	case !m.RegistrationUntil.IsZero() && !now.Before(m.RegistrationUntil):
		return locale.T(ctx, "meetings.until_over")
	case m.SeatsLeft() == 0:
		return locale.T(ctx, "meetings.full")
	}
	return locale.T(ctx, "meetings.seats_left", "Count", m.SeatsLeft())
}

// hours writes from when until when a meeting lasts: "dalle 21:00 alle 23:00".
func hours(ctx context.Context, m *models.Meeting) string {
	if m.EndsAt.IsZero() {
		return locale.Hour(ctx, m.StartsAt)
	}
	return locale.T(ctx, "meetings.from_to", "From", locale.Time(m.StartsAt), "To", locale.Time(m.EndsAt))
}

// mapAddress is the place on OpenStreetMap; "" where the coordinates are not known.
func mapAddress(m *models.Meeting) string {
	if m.Latitude == nil || m.Longitude == nil {
		return ""
	}
	return fmt.Sprintf("https://www.openstreetmap.org/?mlat=%[1]f&mlon=%[2]f#map=18/%[1]f/%[2]f", *m.Latitude, *m.Longitude)
}

// placeOf writes where a meeting takes place, on one line.
func placeOf(m *models.Meeting) string {
	if m.Venue == "" || m.Address == "" {
		return m.Venue + m.Address
	}
	return m.Venue + ", " + m.Address
}
