// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Meeting (incontro pubblico) is an evening at which the guidelines are presented and discussed.
type Meeting struct {
	bun.BaseModel `bun:"table:meetings"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	MunicipalityID uuid.UUID
	Slug           string
	Title          Text `bun:"type:jsonb"`
	Body           Text `bun:"type:jsonb"`
	Venue          string
	Address        string
	Latitude       *float64
	Longitude      *float64
	StartsAt       time.Time `bun:",nullzero"`
	EndsAt         time.Time `bun:",nullzero"`
	// ConfirmedAt is when staff confirmed date and place; zero: to be confirmed.
	ConfirmedAt time.Time `bun:",nullzero"`
	Capacity    int
	// WalkInSeats are kept for those who come without registering.
	WalkInSeats int
	// SeatsTaken is the sum of the seats held by registrations, kept under this row's lock.
	SeatsTaken      int
	LastQueueNumber int
	// Sequence grows at each change of date or place, when the meeting is cancelled and when it is held after all (RFC 5545).
	Sequence  int
	UpdatedAt time.Time

	// Draft: staff alone see it.
	Draft        bool
	CancelledAt  time.Time `bun:",nullzero"`
	CancelReason Text      `bun:"type:jsonb"`
	// ClosedAt is when its minutes were published.
	ClosedAt time.Time `bun:",nullzero"`

	Programme Text `bun:"type:jsonb"`
	// Speakers is who speaks, by role.
	Speakers Text `bun:"type:jsonb"`
	// Access holds some of AccessKeys.
	Access     []string `bun:",array"`
	AccessNote Text     `bun:"type:jsonb"`
	// Interpreters are the languages into which somebody interprets (ISO 639-1).
	Interpreters []string `bun:",array"`
	ChildCare    Text     `bun:"type:jsonb"`
	// Contact is whom to ask about the meeting; "": the municipality's own office.
	Contact string
	// Recorded is "", "audio" or "video".
	Recorded                string
	StreamURL, RecordingURL string
	// RegistrationFrom and RegistrationUntil bound the time in which one can register; zero: no bound.
	RegistrationFrom, RegistrationUntil time.Time `bun:",nullzero"`

	// Reserved are the seats kept for who needs them, and ReservedTaken how many people of each sort hold a seat: those
	// above the number kept sit among all the others.
	Reserved      Reserved      `bun:"embed:"`
	ReservedTaken ReservedTaken `bun:"embed:"`

	// RemindedWeekAt and RemindedDayAt are when the reminders of the date as it stands were sent.
	RemindedWeekAt, RemindedDayAt time.Time `bun:",nullzero"`

	Consultation *Consultation `bun:"rel:belongs-to,join:consultation_id=id"`
	Municipality *Municipality `bun:"rel:belongs-to,join:municipality_id=id"`
}

var _ bun.BeforeAppendModelHook = (*Meeting)(nil)

// BeforeAppendModel has what is left empty written as such: the table holds no null for it.
func (m *Meeting) BeforeAppendModel(context.Context, bun.Query) error {
	for _, t := range []*Text{&m.CancelReason, &m.Programme, &m.Speakers, &m.AccessNote, &m.ChildCare} {
		if *t == nil {
			*t = Text{}
		}
	}
	for _, keys := range []*[]string{&m.Access, &m.Interpreters} {
		if *keys == nil {
			*keys = []string{}
		}
	}
	return nil
}

// AccessKeys are what a meeting's place may offer, in the order of the form; their names are "meeting_access.<key>".
var AccessKeys = []string{"step_free", "hearing_loop", "sign_language", "subtitles", "parking", "bus"}

// Cancelled tells whether the meeting is called off.
func (m *Meeting) Cancelled() bool { return !m.CancelledAt.IsZero() }

// Closed tells whether its minutes are published.
func (m *Meeting) Closed() bool { return !m.ClosedAt.IsZero() }

// Confirmed tells whether date and place are.
func (m *Meeting) Confirmed() bool { return !m.ConfirmedAt.IsZero() }

// Begun tells whether the meeting's beginning is past.
func (m *Meeting) Begun(now time.Time) bool { return m.Confirmed() && !now.Before(m.StartsAt) }

// Ended tells whether the meeting's end is past; of one without an hour for it, that of a usual evening.
func (m *Meeting) Ended(now time.Time) bool { return m.Confirmed() && !now.Before(m.ends()) }

// LacksMinutes tells whether the meeting was held, and its minutes are not published.
func (m *Meeting) LacksMinutes(now time.Time) bool {
	return m.Ended(now) && !m.Draft && !m.Cancelled() && !m.Closed()
}

func (m *Meeting) end() time.Time {
	if m.EndsAt.IsZero() {
		return m.StartsAt
	}
	return m.EndsAt
}

// Ahead tells whether the meeting will be held: everybody sees it, the date is confirmed, it is neither cancelled nor begun,
// and its Consultation, which must be there, is Live. Until it begins, seats are confirmed, offered and given up.
func (m *Meeting) Ahead(now time.Time) bool {
	return !m.Draft && m.Confirmed() && !m.Cancelled() && !m.Begun(now) && m.Consultation.Live()
}

// Open tells whether one can register: the meeting is Ahead, and it is the time for it.
func (m *Meeting) Open(now time.Time) bool {
	return m.Ahead(now) && !now.Before(m.RegistrationFrom) && (m.RegistrationUntil.IsZero() || now.Before(m.RegistrationUntil))
}

// allows says, as FieldErrors of the field "seats", that a party is larger than the consultation's rules allow.
func (m *Meeting) allows(seats int) error {
	if most := m.Consultation.LargestParty; seats > most {
		return FieldErrors{{Field: "seats", Key: "errors.largest_party", Param: strconv.Itoa(most)}}
	}
	return nil
}

// heldUntil is the end of a hold or an offer that begins now.
func (m *Meeting) heldUntil(now time.Time) time.Time {
	return now.Add(HoldFor(time.Duration(m.Consultation.HoldHours)*time.Hour, m.StartsAt.Sub(now)))
}

// shortestHold is the least that who has to answer an offer is given, but for the meeting's beginning.
const shortestHold = 15 * time.Minute

// HoldFor is how long seats are held for one party: the time set, but no more than a quarter of the time left before the
// beginning, so that they can pass on to several others.
func HoldFor(set, left time.Duration) time.Duration {
	return min(max(min(set, left/4), shortestHold), max(left, 0))
}

// MeetingsOf returns a consultation's meetings that everybody sees, with their municipalities: those with a date first, in
// its order.
func MeetingsOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]Meeting, error) {
	var meetings []Meeting
	err := selectMeetings(db, &meetings, consultationID).Where("NOT meeting.draft").Scan(ctx)
	return meetings, err
}

// MeetingsForStaff returns a consultation's meetings in the municipalities that the staff serve, drafts too, otherwise as
// MeetingsOf.
func MeetingsForStaff(ctx context.Context, db bun.IDB, staff *Staff, consultationID uuid.UUID) ([]Meeting, error) {
	var meetings []Meeting
	err := selectMeetings(db, &meetings, consultationID).Scan(ctx)
	return slices.DeleteFunc(meetings, func(m Meeting) bool { return !staff.Serves(m.MunicipalityID) }), err
}

// MeetingBySlug returns one meeting of a consultation that everybody sees, with its municipality; of a draft ErrNotFound.
func MeetingBySlug(ctx context.Context, db bun.IDB, consultationID uuid.UUID, slug string) (*Meeting, error) {
	m := new(Meeting)
	err := selectMeetings(db, m, consultationID).Where("NOT meeting.draft AND meeting.slug = ?", slug).Scan(ctx)
	return m, found(err)
}

// MeetingForStaff returns one meeting in a municipality that the staff serve, a draft too; of every other one ErrNotFound.
func MeetingForStaff(ctx context.Context, db bun.IDB, staff *Staff, consultationID uuid.UUID, slug string) (*Meeting, error) {
	m := new(Meeting)
	err := selectMeetings(db, m, consultationID).Where("meeting.slug = ?", slug).Scan(ctx)
	if err == nil && !staff.Serves(m.MunicipalityID) {
		err = ErrNotFound
	}
	return m, found(err)
}

func selectMeetings(db bun.IDB, into any, consultationID uuid.UUID) *bun.SelectQuery {
	return db.NewSelect().Model(into).Relation("Municipality").Relation("Consultation", statedConsultation).
		Where("meeting.consultation_id = ?", consultationID).Order("meeting.starts_at", "municipality.position", "meeting.slug")
}
