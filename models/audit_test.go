// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"ultimaparola/app/database"
	"ultimaparola/models"
)

var auditKey = models.NewAuditKey([]byte("a secret of the tests, thirty-two bytes or more"))

// written has the office write eight entries, most with texts, and sign after the fifth.
func written(t *testing.T) *evening {
	t.Helper()
	e := newEvening(t, 1000, 0)
	for i := range 8 {
		_, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID,
			models.StaffRegistrationForm{Name: fmt.Sprintf("Anna %d", i), Seats: 2, Channel: models.ByPhone})
		e.must(err)
		if i == 4 {
			e.sign()
		}
	}
	return e
}

func (e *evening) sign() *models.AuditHead {
	e.Helper()
	head, err := models.SignHead(e.ctx, e.db, e.now, auditKey)
	e.must(err)
	if head == nil {
		e.Fatal("there was nothing to sign")
	}
	return head
}

// findings checks the whole log, held to the heads kept, and returns what is wrong, each as "kind number-last".
func (e *evening) findings(kept ...*models.AuditHead) []string {
	e.Helper()
	var all []string
	_, err := models.VerifyAudit(e.ctx, e.db, auditKey, kept, func(f models.AuditFinding) error {
		all = append(all, fmt.Sprintf("%s %d-%d", f.Kind, f.Number, f.Last))
		return nil
	})
	e.must(err)
	return all
}

// unguarded takes away what keeps the log from being changed, as who owns the tables can.
func (e *evening) unguarded() {
	e.Helper()
	e.exec(`DO $$ DECLARE c record; BEGIN
		FOR c IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype IN ('f', 'c', 'u') AND conrelid::regclass::text LIKE 'audit%' LOOP
			EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of, c.conname);
		END LOOP;
		FOR c IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'audit%' LOOP
			EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', c.relname);
		END LOOP;
	END $$`)
}

func (e *evening) exec(query string, args ...any) {
	e.Helper()
	_, err := e.db.NewRaw(query, args...).Exec(e.ctx)
	e.must(err)
}

func TestLogIsInOrderAsItIsWritten(t *testing.T) {
	t.Parallel()
	e := written(t)
	var numbers []int64
	e.must(models.EachAuditRow(e.ctx, e.db, 1, func(r *models.AuditRow) error {
		numbers = append(numbers, r.Number)
		return nil
	}))
	if want := []int64{1, 2, 3, 4, 5, 6, 7, 8}; !slices.Equal(numbers, want) {
		t.Errorf("numbered %v, want %v", numbers, want)
	}
	report, err := models.VerifyAudit(e.ctx, e.db, auditKey, nil, func(f models.AuditFinding) error {
		return fmt.Errorf("%+v", f)
	})
	e.must(err)
	if report.Entries != 8 || report.Head.Number != 8 || report.Signed == nil || report.Signed.Number != 5 {
		t.Errorf("the check says %+v", report)
	}
}

func TestLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	e := written(t)
	for _, query := range []string{
		"UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries CASCADE",
		"UPDATE audit_chain SET number = number + 1", "DELETE FROM audit_chain WHERE number = 8", "TRUNCATE audit_chain",
		"UPDATE audit_signatures SET note = ''", "DELETE FROM audit_signatures", "DELETE FROM audit_head",
		"UPDATE audit_texts SET after = NULL", "DELETE FROM staff",
	} {
		if _, err := e.db.ExecContext(e.ctx, query); err == nil {
			t.Errorf("%s: done", query)
		} else if !strings.Contains(err.Error(), "append-only") && !strings.Contains(err.Error(), "violates foreign key") {
			t.Errorf("%s: %v", query, err)
		}
	}
	if found := e.findings(); found != nil {
		t.Errorf("found %v", found)
	}
}

func TestErasedTextsLeaveTheChainWhole(t *testing.T) {
	t.Parallel()
	e := written(t)
	e.exec("DELETE FROM audit_texts WHERE audit_id IN (SELECT entry_id FROM audit_chain WHERE number IN (2, 8))")
	if found := e.findings(); found != nil {
		t.Errorf("found %v", found)
	}
	e.exec("INSERT INTO audit_texts (audit_id, after) SELECT entry_id, '{\"seats\": 1}' FROM audit_chain WHERE number = 2")
	if found := e.findings(); !slices.Equal(found, []string{"texts_altered 2-0"}) {
		t.Errorf("other texts put where some were erased: found %v", found)
	}
}

// Every column of every table of the log is changed, as its type lets it, and the change is found where it was made: a
// column added one day is not forgotten in the hash.
func TestNoColumnChangesUnseen(t *testing.T) {
	t.Parallel()
	e := written(t)
	e.unguarded()
	const row, entry = 5, "(SELECT entry_id FROM audit_chain WHERE number = 5)"
	var id uuid.UUID
	e.must(e.db.NewRaw("SELECT "+entry).Scan(e.ctx, &id))
	changes := map[string]string{"uuid": "gen_random_uuid()", "text": "%s || 'x'", "bytea": "sha256(%s)", "_text": "%s || 'x'::text",
		"timestamptz": "%s + interval '1 microsecond'", "int8": "%s + 1000", "int2": "%s + 1", "jsonb": `'{"x": 1}'`, "bool": "NOT %s"}
	tried := 0
	for table, which := range map[string]string{
		"audit_entries": "id = '" + id.String() + "'", "audit_texts": "audit_id = '" + id.String() + "'",
		"audit_chain": "entry_id = '" + id.String() + "'", "audit_signatures": "number = 5", "audit_head": "one",
	} {
		var columns []struct {
			Name, Type string
			Nullable   bool
		}
		e.must(e.db.NewRaw(`SELECT column_name AS name, udt_name AS type, is_nullable = 'YES' AS nullable
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?`, table).Scan(e.ctx, &columns))
		for _, c := range columns {
			if c.Name == "one" {
				continue
			}
			expression, known := changes[c.Type]
			if !known {
				t.Fatalf("%s.%s: no change of a %s is known here", table, c.Name, c.Type)
			}
			expressions := []string{strings.ReplaceAll(expression, "%s", c.Name)}
			if c.Nullable {
				expressions = append(expressions, "NULL")
			}
			for _, expression := range expressions {
				e.exec("CREATE TABLE kept AS TABLE " + table)
				var changed bool
				e.must(e.db.NewRaw(fmt.Sprintf("SELECT %s IS DISTINCT FROM %s FROM %s WHERE %s", c.Name, expression, table, which)).Scan(e.ctx, &changed))
				e.exec(fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", table, c.Name, expression, which))
				if found := e.findings(); changed && !slices.ContainsFunc(found, func(f string) bool {
					return strings.Contains(f, " 5-") || strings.Contains(f, " 1005-") || table == "audit_head" || table == "audit_texts" && c.Name == "audit_id"
				}) {
					t.Errorf("%s.%s = %s: found %v", table, c.Name, expression, found)
				}
				e.exec("DELETE FROM " + table)
				e.exec("INSERT INTO " + table + " SELECT * FROM kept")
				e.exec("DROP TABLE kept")
				tried++
			}
		}
	}
	if found := e.findings(); found != nil || tried < 25 {
		t.Errorf("%d changes tried, and after the last was taken back: %v", tried, found)
	}
}

func TestWhatIsDoneToTheLogIsNamed(t *testing.T) {
	t.Parallel()
	const rechained = `DO $$ DECLARE r record; e audit_entries; BEGIN
		UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit_chain WHERE number = 3);
		CREATE TEMP TABLE again ON COMMIT DROP AS SELECT entry_id FROM audit_chain WHERE number > 3 ORDER BY number;
		DELETE FROM audit_chain WHERE number > 3;
		FOR r IN SELECT entry_id FROM again LOOP
			SELECT * INTO e FROM audit_entries WHERE id = r.entry_id;
			PERFORM audit_append(e);
		END LOOP;
	END $$`
	entry := func(number int) string {
		return fmt.Sprintf("(SELECT entry_id FROM audit_chain WHERE number = %d)", number)
	}
	for name, c := range map[string]struct {
		queries []string
		want    []string
	}{
		"nothing":                     {nil, nil},
		"an entry gone":               {[]string{"DELETE FROM audit_entries WHERE id = " + entry(4)}, []string{"missing 4-4"}},
		"an entry and its link gone":  {[]string{"DELETE FROM audit_texts WHERE audit_id = " + entry(4), "DELETE FROM audit_entries WHERE id = " + entry(4), "DELETE FROM audit_chain WHERE number = 4"}, []string{"missing 4-4"}},
		"several gone":                {[]string{"DELETE FROM audit_chain WHERE number IN (2, 3, 4)", "DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_chain)", "DELETE FROM audit_texts WHERE audit_id NOT IN (SELECT entry_id FROM audit_chain)"}, []string{"missing 2-4"}},
		"the gap closed":              {[]string{"DELETE FROM audit_entries WHERE id = " + entry(7), "DELETE FROM audit_texts WHERE audit_id = " + entry(7), "DELETE FROM audit_chain WHERE number = 7", "UPDATE audit_chain SET number = 7 WHERE number = 8", "UPDATE audit_head SET number = 7"}, []string{"severed 7-0"}},
		"the end cut off":             {[]string{"DELETE FROM audit_texts WHERE audit_id = " + entry(8), "DELETE FROM audit_entries WHERE id = " + entry(8), "DELETE FROM audit_chain WHERE number = 8"}, []string{"cut_off 8-8"}},
		"cut off, and the head moved": {[]string{"DELETE FROM audit_texts WHERE audit_id <> " + entry(1), "DELETE FROM audit_entries WHERE id <> " + entry(1), "DELETE FROM audit_chain WHERE number > 1", "UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit_chain)"}, []string{"cut_off 2-5"}},
		"two swapped":                 {[]string{"UPDATE audit_chain SET number = 1000 - number WHERE number IN (2, 7)", "UPDATE audit_chain SET number = CASE number WHEN 998 THEN 7 ELSE 2 END WHERE number > 900"}, []string{"displaced 2-6", "displaced 3-7", "displaced 7-1", "displaced 8-2"}},
		"two entries swapped":         {[]string{"UPDATE audit_chain c SET entry_id = o.entry_id FROM audit_chain o WHERE (c.number, o.number) IN ((2, 7), (7, 2))"}, []string{"altered 2-0", "altered 7-0"}},
		"an entry altered":            {[]string{"UPDATE audit_entries SET action = 'cancel' WHERE id = " + entry(7)}, []string{"altered 7-0"}},
		"texts altered":               {[]string{"UPDATE audit_texts SET after = '{}' WHERE audit_id = " + entry(7)}, []string{"texts_altered 7-0"}},
		"an entry put in beside":      {[]string{"INSERT INTO audit_entries SELECT gen_random_uuid(), organisation_id, NULL, 'x', 'x', id, '{}', created_at FROM audit_entries LIMIT 1"}, []string{"unchained 0-0"}},
		"an entry and its hash forged": {[]string{"UPDATE audit_entries SET action = 'cancel' WHERE id = " + entry(7),
			"CREATE TABLE was AS TABLE audit_chain", "DELETE FROM audit_chain WHERE number >= 7",
			"UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit_chain WHERE number = 6)",
			"SELECT audit_append(e) FROM audit_entries e JOIN was w ON w.entry_id = e.id WHERE w.number = 7",
			"INSERT INTO audit_chain SELECT * FROM was WHERE number = 8",
			"UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM was WHERE number = 8)"}, []string{"severed 8-0"}},
		"a forgery chained again":          {[]string{"UPDATE audit_entries SET action = 'cancel' WHERE id = " + entry(4), rechained}, []string{"rewritten 1-5"}},
		"a signature forged":               {[]string{"UPDATE audit_signatures SET note = replace(note, E'\\n5\\n', E'\\n6\\n')"}, []string{"forged 5-0"}},
		"a signature of another head":      {[]string{"UPDATE audit_signatures SET number = 6"}, []string{"forged 6-0"}},
		"a signature beyond the end":       {[]string{"UPDATE audit_signatures SET number = 60, note = 'x'"}, []string{"forged 60-0"}},
		"the head altered":                 {[]string{"UPDATE audit_head SET hash = sha256(hash)"}, []string{"head_altered 8-8"}},
		"the head gone":                    {[]string{"DELETE FROM audit_head"}, []string{"head_altered 0-8"}},
		"the release of another encoding":  {[]string{"UPDATE audit_chain SET version = 2 WHERE number = 6"}, []string{"altered 6-0"}},
		"everything gone but a signature":  {[]string{"DELETE FROM audit_chain", "DELETE FROM audit_entries", "DELETE FROM audit_texts", "UPDATE audit_head SET number = 0, hash = decode(repeat('00', 32), 'hex')"}, []string{"cut_off 1-5"}},
		"a forged head for an empty chain": {[]string{"UPDATE audit_head SET number = 12"}, []string{"cut_off 9-12"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := written(t)
			e.unguarded()
			for _, query := range c.queries {
				e.exec(query)
			}
			if diff := cmp.Diff(c.want, e.findings()); diff != "" {
				t.Errorf("(-want +found):\n%s", diff)
			}
		})
	}
}

// Who can change all of the database, and takes the signatures away too, is found by a head kept elsewhere.
func TestHeadKeptElsewhereFindsAForgedLog(t *testing.T) {
	t.Parallel()
	e := written(t)
	head := e.sign()
	kept, err := auditKey.Open(head.Note)
	e.must(err)
	if found := e.findings(kept); found != nil {
		t.Fatalf("found %v before", found)
	}
	e.unguarded()
	e.exec("DELETE FROM audit_signatures")
	e.exec("DELETE FROM audit_texts")
	e.exec("CREATE TABLE was AS TABLE audit_chain")
	e.exec("DELETE FROM audit_chain")
	e.exec("UPDATE audit_entries SET created_at = created_at + interval '1 day'")
	e.exec("UPDATE audit_head SET number = 0, hash = decode(repeat('00', 32), 'hex')")
	e.exec("SELECT audit_append(e) FROM audit_entries e")
	if found := e.findings(); found != nil {
		t.Fatalf("found %v without the head kept", found)
	}
	if found := e.findings(kept); !slices.Equal(found, []string{"rewritten 1-8"}) {
		t.Errorf("found %v", found)
	}
	e.exec("DELETE FROM audit_chain WHERE number > 6")
	e.exec("UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit_chain WHERE number = 6)")
	if found := e.findings(kept); !slices.Contains(found, "cut_off 7-8") {
		t.Errorf("found %v", found)
	}
}

func TestHeadIsSignedWhenItMovedAndTheLogIsInOrder(t *testing.T) {
	t.Parallel()
	e := written(t)
	head := e.sign()
	if head.Number != 8 {
		t.Errorf("signed %d", head.Number)
	}
	// It is a signed note, which anybody opens with the public key.
	verifier, err := note.NewVerifier(auditKey.Public)
	e.must(err)
	opened, err := note.Open([]byte(head.Note), note.VerifierList(verifier))
	if err != nil || !strings.HasPrefix(opened.Text, "ultimaparola/audit\n8\n") {
		t.Errorf("the note says %q (%v)", head.Note, err)
	}
	again, err := models.SignHead(e.ctx, e.db, e.now.Add(time.Hour), auditKey)
	if err != nil || again != nil {
		t.Errorf("a head that did not move was signed again: %v %v", again, err)
	}
	last, err := models.SignedHead(e.ctx, e.db, auditKey)
	if err != nil || last.Number != 8 || !last.SignedAt.Equal(e.now) {
		t.Errorf("the last head is %+v (%v)", last, err)
	}
	_, err = models.AddWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.WalkInForm{People: 2})
	e.must(err)
	e.unguarded()
	e.exec("UPDATE audit_entries SET subject = 'x' WHERE id = (SELECT entry_id FROM audit_chain WHERE number = 9)")
	if _, err := models.SignHead(e.ctx, e.db, e.now, auditKey); err == nil {
		t.Error("an altered log was signed")
	}
	e.exec("DELETE FROM audit_chain WHERE number > 7")
	if _, err := models.SignHead(e.ctx, e.db, e.now, auditKey); err == nil {
		t.Error("a log cut off was signed")
	}
}

func TestFormerSecretsSignaturesStayGood(t *testing.T) {
	t.Parallel()
	e := written(t)
	former, err := note.NewVerifier(auditKey.Public)
	e.must(err)
	check := func(key *models.AuditKey) (found int64) {
		report, err := models.VerifyAudit(e.ctx, e.db, key, nil, func(models.AuditFinding) error { return nil })
		e.must(err)
		return report.Found
	}
	secret := []byte("another secret, of thirty-two bytes or more")
	if check(models.NewAuditKey(secret)) != 1 {
		t.Error("a signature of another secret is taken for good")
	}
	key := models.NewAuditKey(secret, former)
	if head, err := models.SignHead(e.ctx, e.db, e.now, key); err != nil || head.Number != 8 {
		t.Errorf("with a new secret: %+v (%v)", head, err)
	}
	if found := check(key); found != 0 {
		t.Errorf("%d found with both keys", found)
	}
}

// Whatever staff do at the same time, the log has no gap and no fork, and nothing fails.
func TestLogStaysWholeWhateverStaffDoTogether(t *testing.T) {
	t.Parallel()
	e := written(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var wg sync.WaitGroup
	for writer := range 50 {
		random := rand.New(rand.NewPCG(seed, uint64(writer)))
		wg.Go(func() {
			for range 6 {
				if err := e.staffStep(random); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if _, err := models.SignHead(e.ctx, e.db, e.now, auditKey); err != nil {
				t.Error(err)
			}
			for _, f := range e.findings() {
				t.Error("meanwhile: ", f)
			}
		}
	})
	wg.Wait()
	var entries, last int64
	e.must(e.db.NewRaw("SELECT (SELECT count(*) FROM audit_entries), (SELECT max(number) FROM audit_chain)").Scan(e.ctx, &entries, &last))
	if entries < 150 || entries != last {
		t.Errorf("%d entries, the last is number %d", entries, last)
	}
	if found := e.findings(); found != nil {
		t.Errorf("found %v", found)
	}
}

// staffStep does one of the things that staff do to a meeting.
func (e *evening) staffStep(random *rand.Rand) error {
	switch random.IntN(5) {
	case 0:
		_, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.StaffRegistrationForm{Name: "Anna", Seats: 1, Channel: models.AtCounter})
		return err
	case 1:
		_, err := models.AddWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.WalkInForm{People: 1 + random.IntN(5)})
		return err
	case 2:
		return models.NoteEmptied(e.ctx, e.db, e.now, models.ByProgram(e.staff.OrganisationID))
	}
	var r models.Registration
	if err := e.db.NewSelect().Model(&r).Where("state = ?", models.Seated).OrderExpr("random()").Limit(1).Scan(e.ctx); err != nil {
		return err
	}
	if random.IntN(4) == 0 {
		return models.CancelByStaff(e.ctx, e.db, e.now, e.staff, r.ID)
	}
	return allowed(models.MarkAttendance(e.ctx, e.db, e.now, e.staff, r.ID, 1+random.IntN(3)), models.ErrNotFound)
}

// The entries of the release before are chained by the migration, and those it goes on writing beside this one too.
func TestEntriesOfTheReleaseBeforeAreChained(t *testing.T) {
	t.Parallel()
	e := written(t)
	e.exec("DELETE FROM audit_texts WHERE audit_id = (SELECT entry_id FROM audit_chain WHERE number = 3)")
	for name := ""; !strings.HasSuffix(name, "audit_chain"); {
		var err error
		if name, err = database.Rollback(e.ctx, e.db); err != nil || name == "" {
			t.Fatalf("taking back: %q, %v", name, err)
		}
	}
	write := func() {
		e.exec(`WITH entry AS (
				INSERT INTO audit_entries (id, organisation_id, staff_id, action, subject, subject_id, fields, created_at)
				SELECT gen_random_uuid(), organisation_id, id, 'write', 'meeting', ?, '{body,"a, \"b"}', ? FROM staff LIMIT 1 RETURNING id)
			INSERT INTO audit_texts (audit_id, before, after) SELECT id, '{"à": [1.50, null]}', '{}' FROM entry`, e.meeting.ID, e.now)
	}
	write()
	_, err := database.Migrate(e.ctx, e.db)
	e.must(err)
	write()
	report, err := models.VerifyAudit(e.ctx, e.db, auditKey, nil, func(f models.AuditFinding) error { return fmt.Errorf("%+v", f) })
	if err != nil || report.Entries != 10 {
		t.Errorf("%+v (%v)", report, err)
	}
}
