// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingForm is what staff edit of a meeting. Date and hours are in Rome; without a date all three are empty.
type MeetingForm struct {
	Venue     string `form:"venue" validate:"required_with=Confirmed,max=200,oneline"`
	Address   string `form:"address" validate:"max=200,oneline"`
	Latitude  string `form:"latitude" validate:"omitempty,latitude"`
	Longitude string `form:"longitude" validate:"required_with=Latitude,omitempty,longitude"`
	Date      string `form:"date" validate:"required_with=Confirmed Starts Ends,omitempty,datetime=2006-01-02"`
	Starts    string `form:"starts" validate:"required_with=Date,omitempty,datetime=15:04"`
	Ends      string `form:"ends" validate:"required_with=Date,omitempty,datetime=15:04"`
	// Confirmed makes date and place known and opens the registrations.
	Confirmed   bool `form:"confirmed"`
	Capacity    int  `form:"capacity" validate:"gte=0,lte=100000"`
	WalkInSeats int  `form:"walk_in_seats" validate:"gte=0,ltefield=Capacity"`
	// The seats kept for who needs them.
	WheelchairSeats int `form:"wheelchair_seats" validate:"gte=0,ltefield=Capacity"`
	AssistantSeats  int `form:"assistant_seats" validate:"gte=0,ltefield=Capacity"`
	PressSeats      int `form:"press_seats" validate:"gte=0,ltefield=Capacity"`
	// Day and hour, in Rome, between which people register themselves; empty: no bound.
	RegistrationFrom  string `form:"registration_from" validate:"omitempty,datetime=2006-01-02T15:04"`
	RegistrationUntil string `form:"registration_until" validate:"omitempty,datetime=2006-01-02T15:04"`
	Basis
}

// Form returns the meeting as the form has it, to be edited.
func (m *Meeting) Form() MeetingForm {
	f := MeetingForm{Venue: m.Venue, Address: m.Address, Confirmed: m.Confirmed(), Capacity: m.Capacity, WalkInSeats: m.WalkInSeats,
		WheelchairSeats: m.Reserved.WheelchairSeats, AssistantSeats: m.Reserved.AssistantSeats, PressSeats: m.Reserved.PressSeats,
		RegistrationFrom: typedMoment(m.RegistrationFrom), RegistrationUntil: typedMoment(m.RegistrationUntil)}
	if m.Latitude != nil && m.Longitude != nil {
		f.Latitude, f.Longitude = coordinate(*m.Latitude), coordinate(*m.Longitude)
	}
	if !m.StartsAt.IsZero() {
		starts := m.StartsAt.In(Rome)
		f.Date, f.Starts = starts.Format(time.DateOnly), starts.Format("15:04")
	}
	if !m.EndsAt.IsZero() {
		f.Ends = m.EndsAt.In(Rome).Format("15:04")
	}
	f.Seen = seenOf(f)
	return f
}

// momentLayout is how browsers write a day and an hour.
const momentLayout = "2006-01-02T15:04"

func typedMoment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Rome).Format(momentLayout)
}

// momentOf reads a day and an hour in Rome; zero when nothing is typed. FieldErrors.
func momentOf(field, typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	day, _, _ := strings.Cut(typed, "T")
	t, err := time.ParseInLocation(momentLayout, typed, Rome)
	if _, errDay := ParseDay(day); err != nil || errDay != nil {
		return t, Wrong(field, "errors.date")
	}
	return t, nil
}

func coordinate(degrees float64) string { return strconv.FormatFloat(degrees, 'f', -1, 64) }

// coordinates reads a latitude and a longitude; neither when the first is empty.
func coordinates(latitude, longitude string) (*float64, *float64, error) {
	if latitude == "" {
		return nil, nil, nil
	}
	north, errNorth := strconv.ParseFloat(latitude, 64)
	east, errEast := strconv.ParseFloat(longitude, 64)
	if errNorth != nil || errEast != nil {
		return nil, nil, Wrong("latitude", "errors.number")
	}
	return &north, &east, nil
}

// apply writes the form into the meeting. A meeting that ends at an hour before it starts ends on the next day.
func (f *MeetingForm) apply(m *Meeting, now time.Time) error {
	m.Venue, m.Address, m.Capacity, m.WalkInSeats = f.Venue, f.Address, f.Capacity, f.WalkInSeats
	m.Reserved = Reserved{f.WheelchairSeats, f.AssistantSeats, f.PressSeats}
	var err error
	if m.RegistrationFrom, err = momentOf("registration_from", f.RegistrationFrom); err != nil {
		return err
	}
	if m.RegistrationUntil, err = momentOf("registration_until", f.RegistrationUntil); err != nil {
		return err
	}
	if !m.RegistrationUntil.IsZero() && !m.RegistrationUntil.After(m.RegistrationFrom) {
		return Wrong("registration_until", "errors.ends_before")
	}
	if m.Latitude, m.Longitude, err = coordinates(f.Latitude, f.Longitude); err != nil {
		return err
	}
	m.StartsAt, m.EndsAt = time.Time{}, time.Time{}
	if f.Date != "" {
		var errStart, errEnd error
		m.StartsAt, errStart = time.ParseInLocation("2006-01-02 15:04", f.Date+" "+f.Starts, Rome)
		m.EndsAt, errEnd = time.ParseInLocation("2006-01-02 15:04", f.Date+" "+f.Ends, Rome)
		if _, errDay := ParseDay(f.Date); errDay != nil || errStart != nil || errEnd != nil {
			return Wrong("date", "errors.date")
		}
		if !m.EndsAt.After(m.StartsAt) {
			m.EndsAt = m.EndsAt.AddDate(0, 0, 1)
		}
	}
	if !f.Confirmed {
		m.ConfirmedAt = time.Time{}
	} else if !m.Confirmed() {
		m.ConfirmedAt = now
	}
	return nil
}

// EditMeeting changes date, place and capacity. More seats go to who waits; a change of date or place of a meeting whose
// date was confirmed tells who is registered, and the first confirmation tells who asked to be told; nobody is told of a
// draft, nor of what is cancelled, until it is held after all. When the day or the hour of the beginning moves, who is
// registered has to confirm again; when it is sooner, holds and offers end sooner too. ErrNotFound; ErrChanged when the form says what it saw, and somebody else changed it
// since. FieldErrors; joined with ErrFull, naming the seats needed, when fewer seats are asked for than are taken or kept.
func EditMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form MeetingForm) error {
	form.Venue, form.Address = strings.TrimSpace(form.Venue), strings.TrimSpace(form.Address)
	form.Latitude, form.Longitude = strings.TrimSpace(form.Latitude), strings.TrimSpace(form.Longitude)
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return seat(ctx, db, now, []uuid.UUID{id}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		m, err := s.servedBy(staff, id)
		if err != nil {
			return err
		}
		before := *m
		if form.Seen != "" && form.Seen != before.Form().Seen {
			return ErrChanged
		}
		if err := form.apply(m, now); err != nil {
			return err
		}
		if m.Reserved != before.Reserved {
			if err := recountReserved(ctx, tx, m); err != nil {
				return err
			}
		}
		if needed := m.seatsNeeded(); m.Capacity < needed {
			return errors.Join(ErrFull, FieldErrors{{Field: "capacity", Key: "errors.taken_seats", Param: strconv.Itoa(needed)}})
		}
		old, edited := changes(fieldsOf(before.Form()), fieldsOf(m.Form()))
		if len(edited) == 0 {
			return nil
		}
		moved := m.movedFrom(&before)
		switch {
		case moved && m.Closed(): // it was held when and where its minutes say
			return ErrClosed
		case moved:
			m.Sequence++
		}
		if !m.StartsAt.Equal(before.StartsAt) {
			m.RemindedWeekAt, m.RemindedDayAt = time.Time{}, time.Time{}
			if err := askToReconfirm(ctx, tx, now, id); err != nil {
				return err
			}
		}
		m.UpdatedAt = now
		_, err = tx.NewUpdate().Model(m).WherePK().
			ExcludeColumn("id", "consultation_id", "municipality_id", "slug", "title", "body").Exec(ctx)
		if err != nil {
			return err
		}
		if err := s.shortenHolds(ctx, tx, &before, m); err != nil {
			return err
		}
		if err := tellOfMove(ctx, tx, now, &before, m); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "edit", "meeting", id, old, edited)
	})
}

// movedFrom tells whether date or place, or whether they are confirmed, is another than before.
func (m *Meeting) movedFrom(before *Meeting) bool {
	return !m.StartsAt.Equal(before.StartsAt) || !m.EndsAt.Equal(before.EndsAt) ||
		m.Venue != before.Venue || m.Address != before.Address || m.Confirmed() != before.Confirmed()
}

// MoveTold tells whether who is registered is told that date or place is another than before: where a date was known or is
// now, so that who registered before a date was taken back is told the next one too; of no draft, nor of what is cancelled.
func (m *Meeting) MoveTold(before *Meeting) bool {
	return m.movedFrom(before) && !m.Draft && !m.Cancelled() && (before.Confirmed() || m.Confirmed())
}

// tellOfMove tells who is registered, where MoveTold, and who asked to be told the date, when it is confirmed.
func tellOfMove(ctx context.Context, tx bun.IDB, now time.Time, before, m *Meeting) error {
	if !m.MoveTold(before) {
		return nil
	}
	if err := notify(ctx, tx, now, Notification{Template: MailMeetingChanged, MeetingID: m.ID}); err != nil {
		return err
	}
	if before.Confirmed() {
		return nil
	}
	return notify(ctx, tx, now, Notification{Template: MailMeetingDate, MeetingID: m.ID})
}

// changes returns the values that differ, as they were and as they are.
func changes(before, after map[string]any) (old, edited map[string]any) {
	old, edited = map[string]any{}, map[string]any{}
	for name, value := range after {
		if !reflect.DeepEqual(before[name], value) {
			old[name], edited[name] = before[name], value
		}
	}
	return old, edited
}
