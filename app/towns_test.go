// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/uptrace/bun"

	"ultimaparola/app/jobs"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

const (
	mine   = "poggio-a-caiano"
	theirs = "carmignano"
)

// otherTown is what belongs to Carmignano alone, as its ids stand in addresses.
type otherTown struct {
	*visitor
	table                               []route
	meeting                             *models.Meeting
	registration, walkIn, passkey, sess string
	question                            string
}

// newOtherTown is a browser on the demonstration, with people at the door of Carmignano's meeting.
func newOtherTown(t *testing.T) *otherTown {
	t.Helper()
	v := newVisitor(t)
	ctx, db := t.Context(), v.deps.DB
	if err := seed.Demo(ctx, db, *v.now); err != nil {
		t.Fatal(err)
	}
	c, err := models.ConsultationBySlug(ctx, db, "servizi-associati")
	if err != nil {
		t.Fatal(err)
	}
	o := &otherTown{visitor: v, table: routes(v.deps, jobs.New(v.deps, v.mailer))}
	if o.meeting, err = models.MeetingBySlug(ctx, db, c.ID, theirs); err != nil {
		t.Fatal(err)
	}
	registrations, err := models.RegistrationsOf(ctx, db, o.meeting.ID, models.RegistrationFilter{State: models.Seated, Limit: 1})
	if err != nil || len(registrations) != 1 {
		t.Fatalf("%d registrations: %v", len(registrations), err)
	}
	o.registration = registrations[0].ID.String()
	colleague := v.enter(models.RoleOrganiser, theirs)
	if _, err := models.AddWalkIn(ctx, db, *v.now, colleague, o.meeting.ID, models.WalkInForm{People: 2}); err != nil {
		t.Fatal(err)
	}
	walkIns, err := models.WalkInsOf(ctx, db, o.meeting.ID)
	if err != nil || len(walkIns) == 0 {
		t.Fatalf("%d walk-ins: %v", len(walkIns), err)
	}
	o.walkIn = walkIns[0].ID.String()
	if err := models.AskByStaff(ctx, db, *v.now, colleague, o.meeting.ID, models.QuestionForm{Question: "Quando?"}); err != nil {
		t.Fatal(err)
	}
	questions, err := models.ModeratorQuestions(ctx, db, o.meeting.ID)
	if err != nil || len(questions) == 0 {
		t.Fatalf("%d questions: %v", len(questions), err)
	}
	o.question = questions[0].ID.String()
	minutes := o.meeting.MinutesForm(nil)
	minutes.MinutesIT = "Verbale."
	if err := models.WriteMinutes(ctx, db, *v.now, colleague, o.meeting.ID, minutes); err != nil {
		t.Fatal(err)
	}
	key := models.Passkey{ID: []byte("a passkey of theirs"), Name: "Prova", Credential: []byte("{}")}
	if err := models.AddPasskey(ctx, db, *v.now, colleague, key); err != nil {
		t.Fatal(err)
	}
	o.passkey = base64.RawURLEncoding.EncodeToString(key.ID)
	sessions, err := models.SessionsOfStaff(ctx, db, *v.now, colleague.ID)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("%d sessions: %v", len(sessions), err)
	}
	o.sess = sessions[0].Name()
	return o
}

var parameter = regexp.MustCompile(`:[a-z]+`)

// address fills the parameters of a route with what is Carmignano's, but the meeting's with slug.
func (o *otherTown) address(path, slug string) string {
	return parameter.ReplaceAllStringFunc(path, func(name string) string {
		switch {
		case name == ":language":
			return "en"
		case name == ":kind":
			return "avvisi"
		case name == ":name":
			return o.sess
		case name == ":number" && strings.Contains(path, "/verbale/"):
			return "1"
		case name != ":id":
			return slug
		case strings.Contains(path, "/senza-iscrizione/"):
			return o.walkIn
		case strings.Contains(path, "/domande/:id/"):
			return o.question
		case strings.Contains(path, "/passkey/"):
			return o.passkey
		case strings.Contains(path, "/testi/"):
			return o.meeting.ID.String()
		}
		return o.registration
	})
}

// filled is a form that lacks nothing that a handler could ask for first.
func filled() url.Values {
	return url.Values{"action": {"save"}, "people": {"2"}, "search": {"a"}, "reason": {"Prova"}, "body": {"Prova"}, "outcome": {"accepted"},
		"reasons": {"Prova"}, "passo": {"pubblica"}, "subject": {"Prova"}, "to": {"all"}, "name": {"Prova"}, "phone": {"055 000000"},
		"channel": {models.ByPhone}, "seats": {"1"}, "capacity": {"500"}, "walk_in_seats": {"0"}, "title_it": {"Prova"}, "body_it": {"Prova"},
		"question_it": {"Prova"}, "answer_it": {"Prova"}, "position": {"1"}, "question": {"Prova"}, "answer": {"Prova"}, "minutes_it": {"Prova"},
		"guideline": {"anagrafe"}, "said_body": {"Prova"}, "said_opinion": {"none"}, "municipality": {"carmignano"},
		"cancel_reason_it": {"Prova"}, "town": {mine}, "recorded": {"none"}}
}

// rows are the number and the hash of the rows of every table. When a session was last used is not what anybody did.
func (o *otherTown) rows() map[string]string {
	o.t.Helper()
	var tables []string
	err := o.deps.DB.NewSelect().Table("pg_tables").Column("tablename").Where("schemaname = 'public'").Scan(o.t.Context(), &tables)
	if err != nil {
		o.t.Fatal(err)
	}
	rows := map[string]string{}
	for _, table := range tables {
		var n int
		var hash string
		err := o.deps.DB.NewRaw("SELECT count(*), coalesce(md5(string_agg(r, ' ' ORDER BY r)), '') FROM "+
			"(SELECT (to_jsonb(t) - 'seen_at')::text AS r FROM ? AS t) AS rows", bun.Ident(table)).Scan(o.t.Context(), &n, &hash)
		if err != nil {
			o.t.Fatalf("%s: %v", table, err)
		}
		rows[table] = fmt.Sprint(n, " rows, ", hash)
	}
	return rows
}

// Staff of Poggio a Caiano ask for every address of staff with what is Carmignano's in it, in every role that a
// municipality's staff have: it is not found, and nothing changes. Administrators are of no municipality.
func TestWhatIsTheOtherTownsIsNotFound(t *testing.T) {
	t.Parallel()
	o := newOtherTown(t)
	for _, role := range models.Roles[1:] {
		o.enter(role, mine)
		before, asked := o.rows(), 0
		ask := func(r route, path string, want int) {
			t.Helper()
			var form url.Values
			if r.method == http.MethodPost {
				form = filled()
			}
			asked++
			if !r.who.Allows(role) {
				want = http.StatusNotFound
			}
			if answer, _ := o.send(path, form); answer.StatusCode != want {
				t.Errorf("%s, %s %s: status %d, want %d", role, r.method, path, answer.StatusCode, want)
			}
		}
		for _, r := range o.table {
			// The report is read by all offices, each town's beside the others'; a list of translations is nobody's alone.
			shared := r.path == "/sindaci/comuni/:municipality" || strings.HasPrefix(r.path, "/segreteria/testi/traduzioni/") && !strings.Contains(r.path, ":id")
			if r.who.Public() || shared || !parameter.MatchString(r.path) {
				continue
			}
			// To take away what is there no more is to have done it already.
			want := map[string]int{"/segreteria/testi/:kind/:id/rimozione": http.StatusSeeOther}[r.path]
			ask(r, o.address(r.path, theirs), cmp.Or(want, http.StatusNotFound))
			switch {
			case r.path == "/segreteria/incontri/:slug":
				ask(r, o.address(r.path, mine)+"?dopo="+o.registration, http.StatusNotFound)
			case strings.HasSuffix(r.path, "/senza-iscrizione/:id/annullamento"), strings.HasSuffix(r.path, "/documenti/:id/rimozione"),
				strings.HasSuffix(r.path, "/allegati/:id/rimozione"):
				ask(r, o.address(r.path, mine), http.StatusSeeOther)
			case strings.HasPrefix(r.path, "/segreteria/incontri/:slug/") && strings.Contains(r.path, ":id"):
				ask(r, o.address(r.path, mine), http.StatusNotFound)
			}
		}
		if asked < 80 {
			t.Errorf("%s asked for %d addresses only", role, asked)
		}
		if after := o.rows(); !maps.Equal(before, after) {
			for table := range after {
				if before[table] != after[table] {
					t.Errorf("%s changed %s: %s, before %s", role, table, after[table], before[table])
				}
			}
		}
	}

}

// The addresses that are walked above are right: to Carmignano's own organiser they are there. And nothing that Poggio a
// Caiano's organiser is shown leads to what is not theirs.
func TestWhatIsATownsOwnIsThereForIt(t *testing.T) {
	t.Parallel()
	o := newOtherTown(t)
	own := regexp.MustCompile(`^/segreteria/(incontri/:slug|testi/comuni/:slug|testi/traduzioni/:language/:id)`)
	for _, r := range o.table {
		if r.method == http.MethodGet && own.MatchString(r.path) && !r.who.ForDoor() { // which a pass opens, see door_test.go
			o.get(o.address(r.path, theirs))
		}
	}
	for _, path := range []string{"/iscrizioni/" + o.registration + "/presenza", "/senza-iscrizione/" + o.walkIn + "/annullamento"} {
		o.does("/segreteria/incontri/"+theirs+path, filled())
	}

	o.enter(models.RoleOrganiser, mine)
	for _, r := range o.table {
		if r.method != http.MethodGet || !strings.HasPrefix(r.path, "/segreteria") || parameter.MatchString(r.path) || !r.who.Allows(models.RoleOrganiser) {
			continue
		}
		_, page := o.send(r.path, nil)
		page.Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
			href := a.AttrOr("href", "")
			for _, place := range []string{"/segreteria/incontri/", "/segreteria/testi/comuni/"} {
				if strings.HasPrefix(href, place+theirs) || strings.Contains(href, o.meeting.ID.String()) {
					t.Errorf("%s leads to %s", r.path, href)
				}
			}
		})
	}
}
