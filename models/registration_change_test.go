// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// wantMost expects a refusal that tells how many seats there are.
func (e *evening) wantMost(err error, most string) {
	e.Helper()
	var wrong models.FieldErrors
	if want := (models.FieldError{Field: "seats", Key: "errors.seats_at_most", Param: most}); !errors.As(err, &wrong) || wrong[0] != want {
		e.Errorf("got %v, want at most %s", err, most)
	}
}

func (e *evening) changes(email string, seats int) error {
	return models.ChangeParty(e.ctx, e.db, e.now, e.of(email).ID, seats)
}

func TestAPartyChanges(t *testing.T) {
	e := newEvening(t, 6, 0)
	e.confirmed("anna@example.org", 3)
	e.confirmed("rosa@example.org", 2)
	e.wantMost(e.changes("anna@example.org", 5), "4")
	if r := e.of("anna@example.org"); r.Seats != 3 || r.SeatsHeld != 3 {
		t.Errorf("a refusal changed %+v", r)
	}
	e.must(e.changes("anna@example.org", 4))
	e.confirmed("trio@example.org", 3)
	e.confirmed("pair@example.org", 2)
	e.check()
	// Fewer: the seats go to who waits, in its order.
	e.must(e.changes("anna@example.org", 2))
	e.wantState("trio@example.org", models.Waiting)
	e.wantState("pair@example.org", models.Offered)
	// What is offered is not more than was asked for.
	e.wantMost(e.changes("pair@example.org", 3), "2")
	e.must(e.changes("pair@example.org", 1))
	e.wantState("pair@example.org", models.Offered)
	// Who waits keeps its place, larger or smaller, and is offered seats when they suffice.
	e.must(e.changes("trio@example.org", 5))
	if r := e.of("trio@example.org"); r.Seats != 5 || r.QueueNumber != 1 {
		t.Errorf("waiting for more: %+v", r)
	}
	e.must(e.changes("trio@example.org", 1))
	e.wantState("trio@example.org", models.Offered)
	e.check()

	if err := e.changes("anna@example.org", 0); err == nil {
		t.Error("a party of nobody")
	}
	_, err := e.db.NewUpdate().Model((*models.Consultation)(nil)).Set("largest_party = 2").Where("TRUE").Exec(e.ctx)
	e.must(err)
	var wrong models.FieldErrors
	if err := e.changes("trio@example.org", 3); !errors.As(err, &wrong) {
		t.Errorf("more than is offered: %v", err)
	}
	e.must(models.AcceptOffer(e.ctx, e.db, e.now, e.of("trio@example.org").ID))
	if err := e.changes("trio@example.org", 3); !errors.As(err, &wrong) || wrong[0].Key != "errors.largest_party" {
		t.Errorf("more than the rules allow: %v", err)
	}
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("pair@example.org").ID))
	if err := e.changes("pair@example.org", 1); !errors.Is(err, models.ErrExpired) {
		t.Errorf("once given up: %v", err)
	}
	e.now = e.meeting.StartsAt
	if err := e.changes("rosa@example.org", 1); !errors.Is(err, models.ErrClosed) {
		t.Errorf("once it has begun: %v", err)
	}
}

func TestAMovedDateIsConfirmedAgain(t *testing.T) {
	e := newEvening(t, 1, 0)
	seated := e.confirmed("seated@example.org", 1)
	waiting := e.confirmed("waiting@example.org", 1)
	e.registerOne(e.asked("pending@example.org", 1))
	asked := func(email string) bool { return !e.of(email).ReconfirmSince.IsZero() }
	_, err := e.db.NewUpdate().Model(&e.meeting).Set("reminded_week_at = ?0, reminded_day_at = ?0", e.now).WherePK().Exec(e.ctx)
	e.must(err)

	e.must(e.reserve(func(f *models.MeetingForm) { f.Venue, f.Ends = "Teatro", "23:00" }))
	if asked("seated@example.org") {
		t.Error("asked to confirm again for another venue")
	}
	e.must(e.reserve(func(f *models.MeetingForm) { f.Date = "2017-12-20" }))
	if !asked("seated@example.org") || !asked("waiting@example.org") || asked("pending@example.org") {
		t.Error("the date moved: who has confirmed, and nobody else, is asked to confirm again")
	}
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	if !m.RemindedWeekAt.IsZero() || !m.RemindedDayAt.IsZero() {
		t.Error("the reminders of the new date count as sent")
	}
	for range 2 {
		e.must(models.Reconfirm(e.ctx, e.db, e.now, seated.ID))
	}
	e.must(e.changes("waiting@example.org", 2))
	if asked("seated@example.org") || asked("waiting@example.org") {
		t.Error("still asked after saying so")
	}
	e.wantState("seated@example.org", models.Seated)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, waiting.ID))
	if err := models.Reconfirm(e.ctx, e.db, e.now, waiting.ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("once given up: %v", err)
	}
	e.now = m.StartsAt
	if err := models.Reconfirm(e.ctx, e.db, e.now, seated.ID); !errors.Is(err, models.ErrClosed) {
		t.Errorf("once it has begun: %v", err)
	}
	e.check()
}

func TestStaffConfirmAMovedDateForWhoHasNoMailbox(t *testing.T) {
	e := newEvening(t, 3, 0)
	carla := e.party("Carla", 1)
	e.confirmed("anna@example.org", 1)
	e.must(e.reserve(func(f *models.MeetingForm) { f.Date = "2017-12-20" }))
	toCall := func() []models.Registration {
		found, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{State: models.ToCall})
		e.must(err)
		return found
	}
	if found := toCall(); len(found) != 1 || found[0].ID != carla.ID {
		t.Errorf("to be telephoned: %+v", found)
	}
	for range 2 {
		e.must(models.ReconfirmByStaff(e.ctx, e.db, e.now, e.staff, carla.ID))
	}
	if found := toCall(); len(found) != 0 {
		t.Errorf("still to be telephoned: %+v", found)
	}
	var said []string
	e.must(e.db.NewSelect().TableExpr("audit_entries AS a JOIN audit_texts AS t ON t.audit_id = a.id").
		ColumnExpr("concat(t.before, t.after)").Where("a.action = 'reconfirm' AND a.subject_id = ?", carla.ID).Scan(e.ctx, &said))
	if want := `{"to_reconfirm": true}{"to_reconfirm": false}`; len(said) != 1 || said[0] != want {
		t.Errorf("the log says %q, want once %q", said, want)
	}
	e.now = e.meeting.StartsAt.AddDate(0, 1, 0)
	if err := models.ReconfirmByStaff(e.ctx, e.db, e.now, e.staff, carla.ID); !errors.Is(err, models.ErrClosed) {
		t.Errorf("once it has begun: %v", err)
	}
	e.check()
}

func TestStaffPromoteWithAReason(t *testing.T) {
	e := newEvening(t, 6, 2)
	e.confirmed("seated@example.org", 4)
	e.confirmed("first@example.org", 1)
	second := e.confirmed("second@example.org", 2)
	third := e.confirmed("third@example.org", 1)
	promote := func(id uuid.UUID, reason string) error {
		return models.PromoteByStaff(e.ctx, e.db, e.now, e.staff, id, models.Promotion{Reason: reason})
	}
	var wrong models.FieldErrors
	if err := promote(second.ID, "  "); !errors.As(err, &wrong) || wrong[0].Field != "promotion_reason" {
		t.Errorf("without a reason: %v", err)
	}
	for range 2 {
		e.must(promote(second.ID, "Relatrice invitata"))
	}
	e.wantState("second@example.org", models.Offered)
	e.wantState("first@example.org", models.Waiting)
	e.wantMails("second@example.org", "confirm_registration", models.MailWaiting, models.MailOffered)
	if err := promote(third.ID, "Relatore invitato"); !errors.As(err, &wrong) || wrong[0] != (models.FieldError{Field: "seats", Key: "errors.too_few_seats", Param: "0"}) {
		t.Errorf("without seats: %v", err)
	}
	e.check()
	var said string
	e.must(e.db.NewSelect().TableExpr("audit_entries AS a JOIN audit_texts AS t ON t.audit_id = a.id").
		ColumnExpr("string_agg((t.before->>'walk_in_seats') || (t.after->>'walk_in_seats') || (t.after->>'promotion_reason'), ',')").
		Where("a.action = 'promote' AND a.subject_id = ?", second.ID).Scan(e.ctx, &said))
	if said != "20Relatrice invitata" {
		t.Errorf("the log says %q", said)
	}
	// Given up, the seats go to the queue in its order.
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, second.ID))
	e.wantState("first@example.org", models.Offered)
	e.check()
}

// editAtDesk edits a registration as the staff see it now.
func (e *evening) editAtDesk(id uuid.UUID, edit func(*models.RegistrationEdit)) error {
	e.Helper()
	r, err := models.RegistrationAtDesk(e.ctx, e.db, id)
	e.must(err)
	form := r.EditForm()
	edit(&form)
	_, err = models.EditRegistrationByStaff(e.ctx, e.db, e.now, e.staff, id, form)
	return err
}

func TestStaffEditARegistration(t *testing.T) {
	e := newEvening(t, 4, 0)
	e.must(e.reserve(func(f *models.MeetingForm) { f.WheelchairSeats = 1 }))
	r := e.comes("anna@example.org", 2, false, "hearing")
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Name, f.Phone = " Anna Bianchi ", "055 123456" }))
	if got := e.of("anna@example.org"); got.Name != "Anna Bianchi" || got.Phone != "055123456" || got.PersonID != r.PersonID {
		t.Errorf("got %+v", got)
	}
	// Seats by their sort: with a wheelchair the party needs one general seat less.
	e.comes("rosa@example.org", 1, false)
	e.wantMost(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Seats = 3 }), "2")
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Seats, f.AccessNeeds = 3, []string{"wheelchair", "hearing"} }))
	e.check()
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Seats, f.AccessNeeds, f.Press = 2, nil, true }))
	if n, _ := e.db.NewSelect().Table("access_needs").Count(e.ctx); n != 0 {
		t.Errorf("%d rows of needs, want none", n)
	}
	e.check()

	seen, err := models.RegistrationAtDesk(e.ctx, e.db, r.ID)
	e.must(err)
	stale := seen.EditForm()
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Name = "Anna Verdi" }))
	stale.Name = "Anna Neri"
	if _, err := models.EditRegistrationByStaff(e.ctx, e.db, e.now, e.staff, r.ID, stale); !errors.Is(err, models.ErrChanged) {
		t.Errorf("over somebody else's change: %v", err)
	}
	var told string
	e.must(e.db.NewSelect().TableExpr("audit_texts").ColumnExpr("string_agg(coalesce(before::text, '') || coalesce(after::text, ''), '')").Scan(e.ctx, &told))
	if strings.Contains(told, "hearing") || strings.Contains(told, `"wheelchair"`) {
		t.Errorf("the log keeps access needs: %s", told)
	}
}

// Another address makes the registration somebody else's; it never becomes, or stays, an address of who was registered.
func TestAnotherAddressStealsNobody(t *testing.T) {
	e := newEvening(t, 9, 0)
	rosa := e.confirmed("rosa@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, rosa.ID))
	anna := e.confirmed("anna@example.org", 1)

	// Of a mailbox that takes part already.
	e.must(e.editAtDesk(anna.ID, func(f *models.RegistrationEdit) { f.Email, f.AccessNeeds = " Rosa@Example.org", []string{"hearing"} }))
	passed := e.of("rosa@example.org")
	if passed.ID == rosa.ID || passed.PersonID != rosa.PersonID || passed.State != models.Seated {
		t.Errorf("of Rosa: %+v", passed)
	}
	// The link and the code that Anna's mailbox has open nothing any more.
	if _, err := models.RegistrationByID(e.ctx, e.db, anna.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("by the id of before: %v", err)
	}
	e.wantMails("rosa@example.org", "confirm_registration", models.MailSeated, models.MailCancelled, models.MailSeated)
	// Of a new one: whoever proves it is not Rosa.
	e.must(e.editAtDesk(passed.ID, func(f *models.RegistrationEdit) { f.Email = "nuova@example.org" }))
	r := e.of("nuova@example.org")
	if r.PersonID == rosa.PersonID || r.PersonID == anna.PersonID {
		t.Errorf("of a new mailbox: %+v", r)
	}
	if n, _ := e.db.NewSelect().Table("access_needs").Where("registration_id = ?", r.ID).Count(e.ctx); n != 1 {
		t.Errorf("%d rows of needs", n)
	}
	// None, and then a telephone number.
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.Email, f.Phone = "", "055 123456" }))
	byPhone := e.of("055123456")
	if byPhone.Name != anna.Name {
		t.Errorf("by telephone: %+v", byPhone)
	}
	for email, person := range map[string]uuid.UUID{"anna@example.org": anna.PersonID, "rosa@example.org": rosa.PersonID} {
		var owner uuid.UUID
		e.must(e.db.NewSelect().Table("addresses").Column("person_id").Where("value = ?", email).Scan(e.ctx, &owner))
		if owner != person {
			t.Errorf("%s is now another person's", email)
		}
	}
	// One that is registered is refused, and nothing changes.
	e.confirmed("carla@example.org", 1)
	err := e.editAtDesk(byPhone.ID, func(f *models.RegistrationEdit) { f.Name, f.Email = "Carla", "carla@example.org" })
	if wrong := (models.FieldErrors{}); !errors.As(err, &wrong) || wrong[0] != (models.FieldError{Field: "email", Key: "errors.registered"}) {
		t.Errorf("twice at one meeting: %v", err)
	}
	if r := e.of("055123456"); r.Name == "Carla" {
		t.Error("a refusal changed the name")
	}
	e.check()
}

func TestStaffOfAnotherTownChangeNoMeeting(t *testing.T) {
	e := newEvening(t, 2, 1)
	e.confirmed("seated@example.org", 1)
	r := e.confirmed("waiting@example.org", 2)
	pending := e.registerOne(models.RegistrationAsked{MeetingID: e.meeting.ID, Language: "it", Form: models.RegistrationForm{Name: "Rosa", Phone: "055 123456", Seats: 1}})
	e.must(pending.Err)
	town := &models.Municipality{ID: uuid.New(), OrganisationID: e.staff.OrganisationID, Slug: "poggio", Name: "Poggio", PostalCodes: []string{}, Hamlets: []string{}, Position: 2}
	other := &models.Organisation{ID: uuid.New(), Name: "Altra unione"}
	for _, row := range []any{town, other} {
		_, err := e.db.NewInsert().Model(row).Exec(e.ctx)
		e.must(err)
	}
	neighbour := &models.Staff{OrganisationID: e.staff.OrganisationID, MunicipalityID: town.ID, Role: models.RoleOrganiser, Name: "Poggio", Email: "poggio@example.org"}
	stranger := &models.Staff{OrganisationID: other.ID, Role: models.RoleOrganiser, Name: "Altri", Email: "altri@example.org"}
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	texts := m.TextsForm()
	texts.TitleIT = "Altro"
	edit := models.RegistrationEdit{Name: "Altra", Seats: 1}
	for _, staff := range []*models.Staff{neighbour, stranger} {
		e.must(models.AddStaff(e.ctx, e.db, e.now, staff))
		_, registering := models.RegisterByStaff(e.ctx, e.db, e.now, staff, m.ID, models.StaffRegistrationForm{Name: "Anna", Seats: 1, Channel: models.ByPhone})
		_, walkingIn := models.AddWalkIn(e.ctx, e.db, e.now, staff, m.ID, models.WalkInForm{People: 1})
		_, editing := models.EditRegistrationByStaff(e.ctx, e.db, e.now, staff, r.ID, edit)
		_, writing := models.WriteToRegistered(e.ctx, e.db, e.now, staff, m.ID, models.MessageForm{To: models.ToAll, Subject: "Ciao", Body: "Ciao"})
		for verb, err := range map[string]error{
			"register":      registering,
			"confirm":       models.ConfirmByStaff(e.ctx, e.db, e.now, staff, e.of("055123456").ID),
			"accept":        models.AcceptByStaff(e.ctx, e.db, e.now, staff, r.ID),
			"reconfirm":     models.ReconfirmByStaff(e.ctx, e.db, e.now, staff, r.ID),
			"cancel":        models.CancelByStaff(e.ctx, e.db, e.now, staff, r.ID),
			"promote":       models.PromoteByStaff(e.ctx, e.db, e.now, staff, r.ID, models.Promotion{Reason: "Perché sì"}),
			"edit":          editing,
			"attend":        models.MarkAttendance(e.ctx, e.db, e.now, staff, r.ID, 1),
			"absent":        models.UnmarkAttendance(e.ctx, e.db, e.now, staff, r.ID),
			"walk in":       walkingIn,
			"walk out":      models.RemoveWalkIn(e.ctx, e.db, e.now, staff, m.ID, uuid.New()),
			"edit meeting":  models.EditMeeting(e.ctx, e.db, e.now, staff, m.ID, m.Form()),
			"edit texts":    models.EditMeetingTexts(e.ctx, e.db, e.now, staff, m.ID, texts),
			"write to them": writing,
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s of %s: %v", verb, staff.Name, err)
			}
		}
		e.must(models.RemoveMeeting(e.ctx, e.db, e.now, staff, m.ID)) // as if it were gone already
		if _, err := models.AddMeeting(e.ctx, e.db, e.now, staff, m.ConsultationID, models.NewMeetingForm{MeetingTexts: texts.MeetingTexts, Municipality: "carmignano", Capacity: 10}); err == nil {
			t.Errorf("%s added a meeting", staff.Name)
		}
	}
	for table, want := range map[string]int64{"meetings": 1, "registrations": 3, "audit_entries": 0} {
		if n, _ := e.db.NewSelect().Table(table).Count(e.ctx); n != want {
			t.Errorf("%d %s, want %d", n, table, want)
		}
	}
}
