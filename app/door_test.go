// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

const door = carmignano + "/ingresso"

// newDoor is a device that took a pass for a door of Carmignano's meeting, which begins now; two parties have a seat.
func newDoor(t *testing.T) (v *visitor, staff *models.Staff, pass *models.DoorPass) {
	t.Helper()
	v = newVisitor(t)
	staff = v.enter(models.RoleOrganiser, "")
	v.open("100")
	for name, needs := range map[string]string{"Canarina Uno": "hearing", "Canarino Due": ""} {
		form := []string{"name", name, "email", name[len(name)-3:] + "@example.org", "phone", "055 7654321", "seats", "2", "channel", "phone"}
		if needs != "" {
			form = append(form, "access_needs", needs)
		}
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, form...)
	}
	*v.now = time.Date(2017, 12, 12, 20, 0, 0, 0, time.UTC)
	token, err := models.SignInStaff(t.Context(), v.deps.DB, *v.now, staff.ID, "Prova", true)
	if err != nil {
		t.Fatal(err)
	}
	v.cookie = "ufficio=" + token
	v.post(carmignano+"/ingressi", http.StatusSeeOther, "label", "Ingresso A")
	link := v.get(carmignano+"/ingressi").Find(".door-link").AttrOr("href", "")
	pass = v.onlyPass()
	v.cookie = ""
	v.takes(strings.TrimPrefix(link, v.deps.Links.Base))
	return v, staff, pass
}

func (v *visitor) onlyPass() *models.DoorPass {
	v.t.Helper()
	pass := new(models.DoorPass)
	if err := v.deps.DB.NewSelect().Model(pass).Order("id DESC").Limit(1).Scan(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	return pass
}

// takes takes a pass by its link: looking at it takes nothing.
func (v *visitor) takes(path string) {
	v.t.Helper()
	v.get(path)
	if v.onlyPass().DeviceHash != nil {
		v.t.Fatal("looking at the link took the pass")
	}
	answer, _ := v.send(path, map[string][]string{})
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != door {
		v.t.Fatalf("taking the pass: %d, to %s", answer.StatusCode, answer.Header.Get("Location"))
	}
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	if !strings.HasPrefix(cookie, "ingresso=") {
		v.t.Fatalf("the device was given %q", cookie)
	}
	v.cookie = cookie
}

// tells posts JSON to the door and returns the status and the answer.
func (v *visitor) tells(body string) (int, map[string]any) {
	v.t.Helper()
	request := httptest.NewRequest(http.MethodPost, door+"/arrivi", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Cookie", v.cookie)
	answer, err := v.server.Test(request, 20_000)
	if err != nil {
		v.t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	var said map[string]any
	if answer.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, &said); err != nil {
			v.t.Fatalf("%v: %s", err, text)
		}
	}
	return answer.StatusCode, said
}

// A door is there for the device that holds its pass, and for nobody else: another device, another meeting's, staff
// without one. It is over when it was taken away, or three hours after the meeting.
func TestADoorIsForTheDeviceThatHoldsItsPass(t *testing.T) {
	t.Parallel()
	v, staff, pass := newDoor(t)
	cookie := v.cookie
	for _, path := range []string{door, door + "/elenco", door + "/arrivi", door + "/servizio.js", "/en" + door} {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s", path, answer.StatusCode, answer.Header.Get("Cache-Control"))
		}
	}
	if answer, _ := v.send(door, nil); !strings.Contains(answer.Header.Get("Permissions-Policy"), "camera=(self)") {
		t.Error("the door's page has no camera")
	}
	if answer, _ := v.send(door+"/servizio.js", nil); answer.Header.Get("Service-Worker-Allowed") != door {
		t.Errorf("the worker may serve %q", answer.Header.Get("Service-Worker-Allowed"))
	}
	for what, path := range map[string]string{"another meeting's door": "/segreteria/incontri/poggio-a-caiano/ingresso"} {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", what, answer.StatusCode)
		}
	}
	if answer, _ := v.send(carmignano, nil); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("the pass opens the segreteria: %d", answer.StatusCode)
	}

	link := "/ingresso/" + v.deps.Links.Token("door", pass.ID)
	for _, other := range []string{"", "ingresso=" + models.NewToken()} {
		v.cookie = other
		if answer, _ := v.send(door, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("a device with %q: %d", other, answer.StatusCode)
		}
		for _, form := range []map[string][]string{nil, {}} {
			if answer, page := v.send(link, form); answer.StatusCode != http.StatusGone || !strings.Contains(page.Text(), "già in uso") {
				t.Errorf("a second device takes the pass: %d", answer.StatusCode)
			}
		}
		if answer, _ := v.send("/ingresso/"+v.deps.Links.Token("registration", pass.ID), nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("a link for something else: %d", answer.StatusCode)
		}
	}

	v.cookie = cookie
	began := *v.now
	*v.now = time.Date(2017, 12, 13, 1, 0, 0, 0, time.UTC) // 23:00 in Rome and three hours
	for _, path := range []string{door, door + "/elenco"} {
		if answer, page := v.send(path, nil); answer.StatusCode != http.StatusGone || !strings.Contains(page.Text(), "Questo pass è finito") {
			t.Errorf("%s after the end: %d", path, answer.StatusCode)
		}
	}
	event := fmt.Sprintf(`{"now": %q, "events": [{"id": %q, "people": 2, "at": %q}]}`, v.now.Format(time.RFC3339), uuid.New(), began.Format(time.RFC3339))
	if status, said := v.tells(event); status != http.StatusOK || len(said["recorded"].([]any)) != 1 || len(said["arrivals"].([]any)) != 0 {
		t.Errorf("what was not sent before the end: %d, %v", status, said)
	}
	*v.now = v.now.Add(24 * time.Hour)
	if status, _ := v.tells(event); status != http.StatusGone {
		t.Errorf("a day later: %d", status)
	}

	*v.now = began
	if err := models.RevokePass(t.Context(), v.deps.DB, *v.now, staff, pass.MeetingID, pass.ID); err != nil {
		t.Fatal(err)
	}
	if answer, _ := v.send(door, nil); answer.StatusCode != http.StatusGone {
		t.Errorf("taken away: %d", answer.StatusCode)
	}
	if status, _ := v.tells(event); status != http.StatusGone {
		t.Errorf("taken away, and it tells: %d", status)
	}
}

// A device of the office's own is a door at once, named or not.
func TestTheOfficesDeviceIsADoorWithoutAName(t *testing.T) {
	t.Parallel()
	v, staff, _ := newDoor(t)
	token, err := models.SignInStaff(t.Context(), v.deps.DB, *v.now, staff.ID, "Prova", true)
	if err != nil {
		t.Fatal(err)
	}
	v.cookie = "ufficio=" + token
	for typed, want := range map[string]string{"": "Ingresso", "Retro": "Retro"} {
		v.post(carmignano+"/ingressi/dispositivo", http.StatusSeeOther, "label", typed)
		if got := v.onlyPass(); got.Label != want || got.DeviceHash == nil {
			t.Errorf("%q makes a pass called %q, taken: %v", typed, got.Label, got.DeviceHash != nil)
		}
	}
	v.post(carmignano+"/ingressi", http.StatusUnprocessableEntity, "label", "")
}

// The list holds what the door needs and no more; who made the pass answers for its being read.
func TestTheDoorsListIsNotedAndTellsNoAddress(t *testing.T) {
	t.Parallel()
	v, staff, _ := newDoor(t)
	before := len(v.noted(staff))
	_, page := v.send(door+"/elenco", nil)
	text := page.Text()
	for _, want := range []string{"Canarina Uno", "Canarino Due", "hearing", `"seats":2`, `"capacity":100`} {
		if !strings.Contains(text, want) {
			t.Errorf("the list lacks %s: %s", want, text)
		}
	}
	for _, secret := range []string{"example.org", "7654321", "person"} {
		if strings.Contains(text, secret) {
			t.Errorf("the list tells %s", secret)
		}
	}
	if got := v.noted(staff); len(got) != before+1 || got[len(got)-1] != "read meeting door" {
		t.Errorf("noted: %v", got)
	}
	_, page = v.post(door+"/ricerca", http.StatusOK, "search", "canarin")
	if page.Find("[data-found] .door-card").Length() != 2 || !slices.Contains(v.noted(staff), "read meeting search") {
		t.Errorf("%d found, noted: %v", page.Find("[data-found] .door-card").Length(), v.noted(staff))
	}
	for _, path := range []string{door, "/en" + door} {
		if text := v.get(path).Text(); strings.Contains(text, "Canarin") || strings.Contains(text, "door.") {
			t.Errorf("%s names somebody, or shows a key", path)
		}
	}
}

// Whatever a device tells, it is taken or refused, and never breaks.
func TestWhatADeviceTellsIsCheckedWhole(t *testing.T) {
	t.Parallel()
	v, _, _ := newDoor(t)
	now := v.now.Format(time.RFC3339)
	many := strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"id": %q, "people": 1, "at": %q},`, uuid.New(), now), models.MostEvents+1), ",")
	for _, body := range []string{"", "{", "[]", "null,", `"x"`, `{"events": [1]}`, `{"events": [{"id": "x"}]}`, `{"now": "domani"}`,
		`{"events": [{"people": 1e99}]}`, `{"events": [{"people": -1.5}]}`, `{"events": [` + many + `]}`, "\x00\xff"} {
		if status, _ := v.tells(body); status != http.StatusBadRequest {
			t.Errorf("%.60q: %d", body, status)
		}
	}
	if status, _ := v.tells(`{"since": "` + strings.Repeat("x", 300<<10) + `"}`); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too much: %d", status)
	}
	for _, body := range []string{"{}", `{"now": "0001-01-01T00:00:00Z", "since": "9999-12-31T23:59:59Z", "events": []}`} {
		if status, said := v.tells(body); status != http.StatusOK || said["version"] == "" {
			t.Errorf("%s: %d %v", body, status, said)
		}
	}
	good, bad := uuid.New(), uuid.New()
	body := fmt.Sprintf(`{"now": "9999-12-31T23:59:59Z", "events": [{"id": %q, "people": 2, "at": %q}, {"id": %q, "registration": %q, "people": 2, "at": "0001-01-01T00:00:00Z"}]}`,
		good, now, bad, uuid.New())
	for range 2 {
		status, said := v.tells(body)
		if status != http.StatusOK || fmt.Sprint(said["recorded"], said["refused"]) != fmt.Sprintf("[%s] [%s]", good, bad) {
			t.Errorf("one good and one bad: %d, %v", status, said)
		}
	}
	for _, form := range [][]string{{"people", "0"}, {"people", "1001"}, {"people", "due"}, {"people", "2", "municipality", "nessuno"}} {
		v.post(door+"/senza-iscrizione", http.StatusUnprocessableEntity, form...)
	}
	v.post(door+"/ricerca", http.StatusUnprocessableEntity, "search", strings.Repeat("a", 101))
	v.post(door+"/presenze", http.StatusNotFound, "registration", "x", "people", "1")
	v.post(door+"/presenze", http.StatusNotFound, "registration", uuid.NewString(), "people", "1")
	v.post(door+"/arrivi/"+uuid.NewString()+"/annullamento", http.StatusNotFound)
}
