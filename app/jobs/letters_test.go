// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/jobs"
	"ultimaparola/app/mail/mailtest"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// story is a person of one language to whom everything happens that mails tell of.
type story struct {
	*office
	lang, email  string
	consultation *models.Consultation
	guideline    models.Guideline
	meeting      models.Meeting
	person       *models.Person
	address      *models.Address
}

func newStory(o *office, lang string) *story {
	o.Helper()
	s := &story{office: o, lang: lang, email: lang + "@example.org"}
	var err error
	s.consultation, err = models.TheConsultation(o.Context(), o.db)
	o.must(err)
	s.guideline, s.meeting = s.consultation.Guidelines[0], s.consultation.Meetings[0]
	s.meeting.StartsAt, s.meeting.ConfirmedAt = o.now().Add(15*24*time.Hour), o.now()
	_, err = o.db.NewUpdate().Model(&s.meeting).Column("starts_at", "confirmed_at").WherePK().Exec(o.Context())
	o.must(err)
	s.person = &models.Person{ID: uuid.Must(uuid.NewV7()), Language: lang, CreatedAt: o.now()}
	s.address = &models.Address{ID: uuid.Must(uuid.NewV7()), PersonID: s.person.ID, Kind: models.Email, Value: s.email, VerifiedAt: o.now()}
	s.insert(s.person, s.address)
	return s
}

func (s *story) insert(rows ...any) {
	s.Helper()
	for _, row := range rows {
		_, err := s.db.NewInsert().Model(row).Exec(s.Context())
		s.must(err)
	}
}

// ask enqueues, by itself, the mail that asks to confirm act.
func (s *story) ask(kind string, act any) uuid.UUID {
	s.Helper()
	c, err := models.Ask(s.Context(), s.db, s.now(), models.Asker{Email: s.email, Language: s.lang}, kind, act)
	s.must(err)
	return c.ID
}

func (s *story) registered(state string) uuid.UUID {
	s.Helper()
	r := &models.Registration{ConsultationID: s.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: s.meeting.ID,
		PersonID: s.person.ID, Name: "Anna", Seats: 2, State: state, Channel: models.ByWeb, CreatedAt: s.now()}
	switch state {
	case models.Seated, models.Offered, models.Pending:
		r.SeatsHeld = r.Seats
	case models.Waiting:
		r.QueueNumber = 7
	}
	if state == models.Offered || state == models.Pending {
		r.HeldUntil = s.now().Add(24 * time.Hour)
	}
	_, err := s.db.ExecContext(s.Context(), "DELETE FROM registrations WHERE person_id = ?", s.person.ID)
	s.must(err)
	s.insert(r)
	return r.ID
}

// begin takes back what would have the next mail superseded.
func (s *story) begin() {
	s.Helper()
	s.set("UPDATE meetings SET cancelled_at = NULL, closed_at = NULL, starts_at = ? WHERE id = ?", s.meeting.StartsAt, s.meeting.ID)
	s.set("DELETE FROM attendances")
	s.set("DELETE FROM follows")
}

// set changes what no verb changes by itself.
func (s *story) set(query string, args ...any) {
	s.Helper()
	_, err := s.db.ExecContext(s.Context(), query, args...)
	s.must(err)
}

func (s *story) reminded(column string) uuid.UUID {
	s.registered(models.Seated)
	s.set("UPDATE meetings SET access = '{step_free,bus}', "+column+" = ? WHERE id = ?", s.now(), s.meeting.ID)
	return s.meeting.ID
}

// attended has the meeting closed yesterday, and the person come to it.
func (s *story) attended(follows ...models.Follow) uuid.UUID {
	s.insert(&models.Attendance{ConsultationID: s.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: s.meeting.ID,
		RegistrationID: s.registered(models.Seated), People: 2, RecordedAt: s.now()})
	yesterday := s.now().Add(-24 * time.Hour)
	s.set("UPDATE meetings SET starts_at = ?, closed_at = ? WHERE id = ?", yesterday, yesterday, s.meeting.ID)
	for _, f := range follows {
		s.follows(f)
	}
	return s.meeting.ID
}

func (s *story) commented(state, reason string) *models.Comment {
	s.Helper()
	c := &models.Comment{ConsultationID: s.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: s.guideline.ID,
		PersonID: s.person.ID, Body: "Che cosa cambia?", Language: "it", State: state, HiddenReason: reason, CreatedAt: s.now()}
	s.insert(c)
	return c
}

func (s *story) follows(f models.Follow) {
	s.Helper()
	_, err := s.db.ExecContext(s.Context(), "DELETE FROM follows WHERE person_id = ?", s.person.ID)
	s.must(err)
	f.ConsultationID, f.ID, f.PersonID, f.CreatedAt = s.consultation.ID, uuid.Must(uuid.NewV7()), s.person.ID, s.now()
	s.insert(&f)
}

// occasions bring about each mail and return what it is about; a template with more than one has a dot and a word after
// it. Asking to confirm enqueues the mail by itself, and returns the zero id.
var occasions = map[string]func(*story) uuid.UUID{
	"confirm_registration": func(s *story) uuid.UUID {
		s.ask(models.ConfirmRegistration, models.HeldRegistration{ConsultationID: s.consultation.ID, RegistrationID: s.registered(models.Pending)})
		return uuid.Nil
	},
	"confirm_contribution": func(s *story) uuid.UUID {
		s.ask(models.ConfirmContribution, models.Contribution{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID, Opinion: models.InFavour, Body: "canary"})
		return uuid.Nil
	},
	"confirm_reply": func(s *story) uuid.UUID {
		s.ask(models.ConfirmReply, models.Reply{ConsultationID: s.consultation.ID, CommentID: s.commented(models.Published, "").ID, Body: "canary"})
		return uuid.Nil
	},
	"confirm_support": func(s *story) uuid.UUID {
		s.ask(models.ConfirmSupport, models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: s.commented(models.Published, "").ID, Value: models.Agree})
		return uuid.Nil
	},
	"confirm_follow": func(s *story) uuid.UUID {
		s.ask(models.ConfirmFollow, models.FollowAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID})
		return uuid.Nil
	},
	"confirm_follow.meeting": func(s *story) uuid.UUID {
		s.ask(models.ConfirmFollow, models.FollowAsked{ConsultationID: s.consultation.ID, MeetingID: s.meeting.ID})
		return uuid.Nil
	},
	"confirm_sign_in": func(s *story) uuid.UUID { s.ask(models.ConfirmSignIn, struct{}{}); return uuid.Nil },
	"confirm_sign_in.registered": func(s *story) uuid.UUID {
		s.ask(models.ConfirmSignIn, models.HeldRegistration{ConsultationID: s.consultation.ID, RegistrationID: s.registered(models.Seated)})
		return uuid.Nil
	},
	models.MailSeated:         func(s *story) uuid.UUID { return s.registered(models.Seated) },
	models.MailWaiting:        func(s *story) uuid.UUID { return s.registered(models.Waiting) },
	models.MailOffered:        func(s *story) uuid.UUID { return s.registered(models.Offered) },
	models.MailPassedOver:     func(s *story) uuid.UUID { return s.registered(models.Waiting) },
	models.MailOfferExpired:   func(s *story) uuid.UUID { return s.registered(models.Cancelled) },
	models.MailCancelled:      func(s *story) uuid.UUID { return s.registered(models.Cancelled) },
	models.MailMeetingChanged: func(s *story) uuid.UUID { s.registered(models.Seated); return s.meeting.ID },
	models.MailMeetingChanged + ".reconfirm": func(s *story) uuid.UUID {
		id := s.registered(models.Seated)
		s.set("UPDATE registrations SET reconfirm_since = ? WHERE id = ?", s.now(), id)
		return s.meeting.ID
	},
	models.MailMeetingChanged + ".waiting": func(s *story) uuid.UUID { s.registered(models.Waiting); return s.meeting.ID },
	models.MailMeetingChanged + ".waiting.reconfirm": func(s *story) uuid.UUID {
		id := s.registered(models.Waiting)
		s.set("UPDATE registrations SET reconfirm_since = ? WHERE id = ?", s.now(), id)
		return s.meeting.ID
	},
	models.MailMeetingChanged + ".offered": func(s *story) uuid.UUID {
		id := s.registered(models.Offered)
		s.set("UPDATE registrations SET reconfirm_since = ? WHERE id = ?", s.now(), id)
		return s.meeting.ID
	},
	models.MailMeetingCancelled: func(s *story) uuid.UUID {
		s.registered(models.Waiting)
		s.set(`UPDATE meetings SET cancelled_at = ?, cancel_reason = '{"it": "La sala è chiusa."}' WHERE id = ?`, s.now(), s.meeting.ID)
		return s.meeting.ID
	},
	models.MailReminderWeek:   func(s *story) uuid.UUID { return s.reminded("reminded_week_at") },
	models.MailReminderDay:    func(s *story) uuid.UUID { return s.reminded("reminded_day_at") },
	models.MailMeetingMessage: func(s *story) uuid.UUID { s.registered(models.Waiting); return s.meeting.ID },
	models.MailMeetingDate: func(s *story) uuid.UUID {
		s.follows(models.Follow{MeetingID: s.meeting.ID})
		return s.meeting.ID
	},
	models.MailMeetingMinutes:               func(s *story) uuid.UUID { return s.attended() },
	models.MailMeetingMinutes + ".followed": func(s *story) uuid.UUID { return s.attended(models.Follow{MeetingID: s.meeting.ID}) },
	models.MailGuidelineUpdated: func(s *story) uuid.UUID {
		s.follows(models.Follow{GuidelineID: s.guideline.ID})
		return s.guideline.ID
	},
	models.MailGuidelineResponse: func(s *story) uuid.UUID {
		s.follows(models.Follow{GuidelineID: s.guideline.ID})
		s.insert(&models.Response{ConsultationID: s.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: s.guideline.ID,
			MunicipalityID: s.meeting.MunicipalityID, Outcome: models.Partly, Reasons: "…", PublishedAt: s.now()})
		return s.guideline.ID
	},
	models.MailCommentAnswered: func(s *story) uuid.UUID {
		c := s.commented(models.Published, "")
		answer := &models.Comment{ConsultationID: s.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: s.guideline.ID,
			OfficeID: s.meeting.MunicipalityID, ParentID: c.ID, RootID: c.ID, Body: "Niente, per te.", Language: "it", State: models.Published, CreatedAt: s.now()}
		s.insert(answer)
		return answer.ID
	},
	models.MailCommentHidden: func(s *story) uuid.UUID { return s.commented(models.Hidden, "Contiene un numero di telefono.").ID },
}

func TestEveryMailSaysWhatItMustInEveryLanguage(t *testing.T) {
	t.Parallel()
	tried := []string{models.MailStaffSignIn, models.MailStaffInvited, models.MailDailyDigest} // in Italian alone; see below
	for occasion := range occasions {
		template, _, _ := strings.Cut(occasion, ".")
		tried = append(tried, template)
	}
	slices.Sort(tried)
	if tried = slices.Compact(tried); !slices.Equal(tried, jobs.Templates()) {
		t.Fatalf("tried %v of %v", tried, jobs.Templates())
	}
	for _, lang := range locale.All {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			s := newStory(o, lang)
			o.run()
			for occasion, happen := range occasions {
				t.Run(occasion, func(t *testing.T) {
					o.T = t
					template, _, _ := strings.Cut(occasion, ".")
					before := len(o.server.Taken())
					s.begin()
					if about := happen(s); about != uuid.Nil {
						o.must(models.Enqueue(t.Context(), o.db, o.now(), o.now(), models.JobMail, models.Mail{Template: template,
							PersonID: s.person.ID, SubjectID: about, Subject: "Parcheggio", Body: "Si entra dal retro."}))
					}
					if line := o.log.wait(t, "job"); len(o.server.Taken()) != before+1 {
						t.Fatalf("%d mails; %s", len(o.server.Taken())-before, line)
					}
					m := o.server.Taken()[before]
					checkMail(t, s, m)
					checkFiles(t, s, template, m)
					unsubscribes := template == models.MailMeetingDate || strings.HasSuffix(occasion, ".followed") || strings.HasPrefix(template, "guideline_")
					if unsubscribes != (m.Header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click") {
						t.Errorf("List-Unsubscribe: %q", m.Header("List-Unsubscribe"))
					}
				})
			}
		})
	}
}

var (
	address = regexp.MustCompile(`https?://[^\s"<>]+`)
	noTime  = regexp.MustCompile(`\b0001\b`) // the year of a time that is not set; codes and links may hold the digits
	href    = regexp.MustCompile(`href="([^"]*)"`)
)

func checkMail(t *testing.T, s *story, m mailtest.Delivered) {
	t.Helper()
	if m.To != s.email || m.Header("Subject") == "" || m.Header("Content-Language") != s.lang || !strings.Contains(m.HTML, `<html lang="`+s.lang+`"`) {
		t.Errorf("to %s in %s: %s", m.To, m.Header("Content-Language"), m.Header("Subject"))
	}
	for part, body := range map[string]string{"subject": m.Header("Subject"), "text": m.Text, "html": m.HTML} {
		for _, wrong := range []string{"emails.", "{{", "<no value>", "%!", "canary"} {
			if strings.Contains(body, wrong) {
				t.Errorf("%s holds %q: %s", part, wrong, body)
			}
		}
		if wrong := noTime.FindString(body); wrong != "" {
			t.Errorf("%s holds %q: %s", part, wrong, body)
		}
	}
	links := address.FindAllString(m.Text, -1)
	for _, found := range href.FindAllStringSubmatch(m.HTML, -1) {
		if !slices.Contains(links, found[1]) {
			t.Errorf("%s is in the HTML alone", found[1])
		}
	}
	for _, link := range links {
		if !strings.Contains(m.HTML, `href="`+link+`"`) {
			t.Errorf("%s is in the text alone", link)
		}
		checkLink(t, s, link)
	}
	// Who writes, why, and where to ask.
	sender := locale.In(s.lang, "parts.municipalities", "Names", "Carmignano "+locale.In(s.lang, "parts.and")+" Poggio a Caiano")
	for _, want := range []string{sender, locale.In(s.lang, "emails.no_reply"), "/assistenza"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text lacks %q: %s", want, m.Text)
		}
	}
	for _, body := range []string{m.Text, m.HTML} {
		told := strings.Contains(body, locale.In(s.lang, "emails.unofficial")) && strings.Contains(body, locale.In(locale.Default, "emails.unofficial"))
		if told != locale.IsBegun(s.lang) {
			t.Errorf("in %s, says that its translation is not official: %t", s.lang, told)
		}
	}
}

// checkFiles holds that what is shown at the door goes with the letters to who has a seat, and the calendar's entry with
// those that say something new about the meeting.
func checkFiles(t *testing.T, s *story, template string, m mailtest.Delivered) {
	t.Helper()
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	want := map[string][]string{
		models.MailSeated: {"codice.png", "incontro.ics"}, models.MailMeetingChanged: {"incontro.ics"}, models.MailMeetingCancelled: {"incontro.ics"},
		models.MailReminderWeek: {"codice.png"}, models.MailReminderDay: {"codice.png"},
	}[template]
	if !slices.Equal(names, want) {
		t.Errorf("with it came %q, want %q", names, want)
	}
	code := regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b`)
	if slices.Contains(want, "codice.png") {
		shown := code.FindString(m.Text)
		if _, _, ok := models.ParseCode(shown); !ok || !strings.Contains(m.HTML, "<strong>"+shown+"</strong>") ||
			!strings.Contains(m.HTML, `src="cid:`+m.Files[0].ContentID+`" alt="`+html.EscapeString(locale.In(s.lang, "parts.qr_of", "Code", shown))+`"`) {
			t.Errorf("the code %q is not in letters and in an image: %s", shown, m.HTML)
		}
	}
	if slices.Contains(want, "incontro.ics") {
		entry, status := m.Files[len(m.Files)-1], "STATUS:CONFIRMED"
		if template == models.MailMeetingCancelled {
			status = "STATUS:CANCELLED"
		}
		for _, line := range []string{"METHOD:PUBLISH", "UID:" + s.meeting.ID.String() + "@", status, "SEQUENCE:"} {
			if !strings.Contains(string(entry.Content), line) {
				t.Errorf("the entry lacks %s: %s", line, entry.Content)
			}
		}
		if !strings.HasPrefix(entry.ContentType, "text/calendar; charset=utf-8; method=PUBLISH") {
			t.Errorf("the entry is %s", entry.ContentType)
		}
	}
}

// checkLink holds that a link leads to this site in the reader's language, and that its token opens.
func checkLink(t *testing.T, s *story, link string) {
	t.Helper()
	path, ours := strings.CutPrefix(link, s.deps.Links.Base+locale.PathIn(s.lang, "/"))
	for _, other := range locale.All {
		ours = ours && (other == s.lang || !strings.HasPrefix(path, other+"/"))
	}
	if !ours {
		t.Errorf("%s leads elsewhere than %s", link, s.lang)
		return
	}
	pieces := strings.Split(strings.Trim(path, "/"), "/")
	purpose := map[string]string{"conferme": web.PurposeConfirm, "iscrizioni": web.PurposeRegistration, "avvisami": web.PurposeUnsubscribe}[pieces[0]]
	if purpose == "" {
		return
	}
	if _, err := s.deps.Links.Open(purpose, pieces[1]); err != nil {
		t.Errorf("%s: %v", link, err)
	}
}

func TestStaffAreInvitedAndLetIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	organisation, err := models.TheOrganisation(t.Context(), o.db)
	o.must(err)
	invitation, err := models.InviteColleague(t.Context(), o.db, o.now(), models.ByProgram(organisation.ID),
		models.StaffForm{Role: models.RoleModerator, Name: "Bea Inventata", Email: "bea@example.org"})
	o.must(err)
	o.must(models.MailInvitation(t.Context(), o.db, o.now(), invitation))
	o.run()
	if m := o.server.Wait(1)[0]; m.To != "bea@example.org" || !strings.Contains(m.Text, "/conferme/") || !strings.Contains(m.Text, "Moderazione") {
		t.Errorf("the invitation: %+v", m)
	}
	o.must(models.AskStaffSignIn(t.Context(), o.db, o.now(), "bea@example.org"))
	if m := o.server.Wait(2)[1]; m.To != "bea@example.org" || !strings.Contains(m.Text, "/conferme/") {
		t.Errorf("the way in: %+v", m)
	}
}

func TestWithInventedDataEveryMailSaysSo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.db.ExecContext(t.Context(), "UPDATE organisations SET demo_since = ?", o.now())
	o.must(err)
	o.signIn("anna@example.org")
	o.run()
	m := o.server.Wait(1)[0]
	for part, body := range map[string]string{"subject": m.Header("Subject"), "text": m.Text, "html": m.HTML} {
		if !strings.Contains(body, "DATI INVENTATI – prova") {
			t.Errorf("the %s does not: %s", part, body)
		}
	}
}

func TestWhoHasStoppedFollowingIsNotMailed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newStory(o, "it")
	s.follows(models.Follow{GuidelineID: s.guideline.ID})
	o.must(models.Enqueue(t.Context(), o.db, o.now(), o.now(), models.JobNotify, models.Notification{Template: models.MailGuidelineUpdated, GuidelineID: s.guideline.ID}))
	stop := o.run()
	link := o.server.Wait(1)[0].Header("List-Unsubscribe")
	stop()
	token := strings.Split(strings.SplitAfter(link, "/avvisami/")[1], "/")[0]
	id, err := o.deps.Links.Open(web.PurposeUnsubscribe, token)
	o.must(err)
	o.must(models.Enqueue(t.Context(), o.db, o.now(), o.now(), models.JobMail, models.Mail{Template: models.MailGuidelineUpdated, PersonID: s.person.ID, SubjectID: s.guideline.ID}))
	o.must(models.Unfollow(t.Context(), o.db, id))
	stop = o.run()
	o.log.wait(t, "job no longer needed")
	stop()
	if n := len(o.server.Taken()); n != 1 {
		t.Errorf("%d mails", n)
	}
}
