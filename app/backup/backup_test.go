// SPDX-License-Identifier: AGPL-3.0-or-later

package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"ultimaparola/app/backup"
	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

var (
	night  = time.Date(2026, 11, 24, 2, 31, 0, 0, models.Rome)
	secret = []byte(strings.Repeat("s", 32))
)

// As a program with BACKUP_OF set, the test binary makes a backup of that database into BACKUP_DIR.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("BACKUP_OF"); dsn != "" {
		if err := program(dsn); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func program(dsn string) error {
	db, err := database.Connect(dsn)
	if err != nil {
		return err
	}
	recipients, err := backup.Recipients(os.Getenv("BACKUP_RECIPIENT"))
	if err != nil {
		return err
	}
	plan := backup.Plan{Dir: os.Getenv("BACKUP_DIR"), Recipients: recipients, Keep: 14}
	_, err = plan.Make(context.Background(), db, night, plan.Path(night))
	return err
}

// office is an installation with a key of its own.
type office struct {
	backup.Plan
	key *age.X25519Identity
}

func newOffice(t *testing.T) office {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return office{backup.Plan{Dir: filepath.Join(t.TempDir(), "backups"), Recipients: []age.Recipient{key.Recipient()},
		Keep: 14, Version: "1.0"}, key}
}

// filled returns a database with the case and the demonstration in it.
func filled(t *testing.T) *bun.DB {
	t.Helper()
	db := databasetest.New(t)
	must(t, seed.Case(t.Context(), db, night))
	must(t, seed.Demo(t.Context(), db, night))
	must(t, models.AcceptSecret(t.Context(), db, night, secret)) // which the log notes
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, db bun.IDB, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	must(t, err)
}

// wreck takes everything away.
func wreck(t *testing.T, db *bun.DB) {
	t.Helper()
	execute(t, db, "DROP SCHEMA public CASCADE")
	execute(t, db, "CREATE SCHEMA public")
}

// rows returns every row of every table, as text.
func rows(t *testing.T, db *bun.DB) map[string][]string {
	t.Helper()
	var tables []string
	must(t, db.NewRaw("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").Scan(t.Context(), &tables))
	all := map[string][]string{}
	for _, table := range tables {
		var lines []string
		must(t, db.NewRaw("SELECT t::text FROM "+table+" t ORDER BY 1").Scan(t.Context(), &lines))
		all[table] = lines
	}
	return all
}

func (o office) make(t *testing.T, db *bun.DB) string {
	t.Helper()
	path := o.Path(night)
	_, err := o.Make(t.Context(), db, night, path)
	must(t, err)
	return path
}

func (o office) restore(t *testing.T, db *bun.DB, path string) (*backup.Restored, error) {
	t.Helper()
	return backup.Restore(t.Context(), db, path, []age.Identity{o.key}, secret)
}

func TestBackupWreckRestoreCompare(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), filled(t)
	execute(t, db, "INSERT INTO files VALUES (gen_random_uuid(), 'plan.pdf', 'application/pdf', decode(repeat('00ff25', 100000), 'hex'), now())")
	before := rows(t, db)
	if len(before["comments"]) == 0 || len(before["audit_chain"]) == 0 || len(before["people"]) < 100 {
		t.Fatal("there is nothing in the database")
	}
	made, err := o.Make(t.Context(), db, night, o.Path(night))
	must(t, err)

	path := filepath.Join(o.Dir, "ultimaparola-20261124T013100Z.age")
	text, err := os.ReadFile(path)
	must(t, err)
	sum := sha256.Sum256(text)
	if made.SHA256 != hex.EncodeToString(sum[:]) || made.Size != int64(len(text)) {
		t.Errorf("the file is not what is noted of it: %+v", made)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v (%v)", info.Mode(), err)
	}
	if bytes.Contains(text, []byte("PGDMP")) || bytes.Contains(text, []byte("comments")) {
		t.Error("the file is not encrypted")
	}

	wreck(t, db)
	restored, err := o.restore(t, db, path)
	if err != nil {
		t.Fatalf("%v: %+v", err, restored)
	}
	if difference := cmp.Diff(before, rows(t, db)); difference != "" {
		t.Errorf("not the same rows:\n%s", difference)
	}
	if restored.Program != "1.0" || !restored.MadeAt.Equal(night) || restored.Secret != nil || len(restored.Pending) > 0 {
		t.Errorf("it says %+v", restored)
	}
	if len(restored.Checks) < len(before)+5 {
		t.Errorf("%d things were compared, of %d tables and the rest", len(restored.Checks), len(before))
	}
	if applied, err := database.Migrate(t.Context(), db); err != nil || len(applied) > 0 {
		t.Errorf("what was restored is migrated again: %v (%v)", applied, err)
	}
	if last, err := models.LastBackup(t.Context(), db); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the backup holds itself: %+v (%v)", last, err)
	}
}

// Whatever is written meanwhile, what the manifest counts is what the dump holds.
func TestManifestAndDumpSeeOneSnapshot(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), filled(t)
	writing, stop := context.WithCancel(t.Context())
	began, ended := make(chan struct{}), make(chan int)
	go func() {
		for n := 1; ; n++ {
			if _, err := db.ExecContext(writing, "INSERT INTO ratings (id, path, stars, created_at) VALUES (gen_random_uuid(), '/', 5, now())"); err != nil {
				ended <- n
				return
			}
			if n == 1 {
				close(began)
			}
		}
	}()
	<-began
	path := o.make(t, db)
	stop()
	if n := <-ended; n < 10 {
		t.Fatalf("%d rows were written meanwhile", n)
	}
	target := databasetest.New(t)
	wreck(t, target)
	if restored, err := o.restore(t, target, path); err != nil {
		t.Errorf("%v: %+v", err, restored)
	}
}

func TestARestoreSaysWhatDiffers(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), filled(t)
	path := o.make(t, db)
	target := databasetest.New(t)
	for name, test := range map[string]struct{ from, to, says string }{
		"a row more":           {`"name":"ratings","rows":0`, `"name":"ratings","rows":1`, "ratings: had 1 rows"},
		"other contents":       {`"name":"ratings","rows":0,"checksum":"0"`, `"name":"ratings","rows":0,"checksum":"1"`, "ratings: has other contents"},
		"another table":        {`"name":"ratings"`, `"name":"votes"`, "votes: is missing"},
		"a table that was not": {`"name":"ratings"`, `"name":"votes"`, "ratings: was not there"},
		"other migrations":     {`"migrations":["20261123160000",`, `"migrations":[`, "migrations: were"},
		"other triggers":       {`"triggers":`, `"triggers":1`, "triggers: were 1"},
	} {
		wreck(t, target)
		changed := o.change(t, path, test.from, test.to)
		restored, err := o.restore(t, target, changed)
		if !errors.Is(err, backup.ErrDiffers) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var said []string
		for _, check := range restored.Checks {
			if check.Differs != "" {
				said = append(said, check.What+": "+check.Differs)
			}
		}
		if !strings.Contains(strings.Join(said, "\n"), test.says) {
			t.Errorf("%s: it says %q", name, said)
		}
	}
}

// change returns a backup with another manifest.
func (o office) change(t *testing.T, path, from, to string) string {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	opened, err := age.Decrypt(file, o.key)
	must(t, err)
	text, err := io.ReadAll(opened)
	must(t, err)
	manifest, dump, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.Contains(manifest, []byte(from)) {
		t.Fatalf("%s is not in the manifest: %s", from, manifest)
	}
	manifest = bytes.Replace(manifest, []byte(from), []byte(to), 1)
	return o.seal(t, append(append(manifest, '\n'), dump...))
}

// seal returns a file with text encrypted for the office.
func (o office) seal(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, o.key.Recipient())
	must(t, err)
	_, err = w.Write(text)
	must(t, errors.Join(err, w.Close()))
	return keep(t, out.Bytes())
}

func keep(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.age")
	must(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestWhatIsNoWholeBackupIsRefusedAndTheTargetUntouched(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), filled(t)
	path := o.make(t, db)
	whole, err := os.ReadFile(path)
	must(t, err)
	target := databasetest.New(t)
	wreck(t, target)
	untouched := func(name string) {
		t.Helper()
		if left := rows(t, target); len(left) != 0 {
			t.Errorf("%s: the target has %d tables", name, len(left))
		}
	}
	refused := func(name, path, says string) {
		t.Helper()
		restored, err := o.restore(t, target, path)
		if err == nil || restored != nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
		untouched(name)
	}
	const chunk = 64 << 10 // age's: each is sealed by itself
	header := bytes.Index(whole, []byte("\n--- ")) + 60
	if len(whole) < header+3*chunk {
		t.Fatalf("the backup has %d bytes only", len(whole))
	}
	for _, length := range []int{0, 1, 20, header, header + chunk, header + 2*chunk + 16*2 + 16, len(whole) - chunk, len(whole) - 1} {
		refused(fmt.Sprintf("the first %d of %d bytes", length, len(whole)), keep(t, whole[:length]), "no whole backup")
	}
	for at := 1; at < len(whole); at += len(whole) / 12 {
		altered := slices.Clone(whole)
		altered[at] ^= 1
		restored, err := o.restore(t, target, keep(t, altered))
		if err == nil || restored != nil {
			t.Errorf("byte %d altered: %v", at, err)
		}
		untouched(fmt.Sprintf("byte %d altered", at))
	}
	refused("more at the end", keep(t, append(slices.Clone(whole), 0)), "no whole backup")
	refused("absent", filepath.Join(t.TempDir(), "absent"), "cannot be read")
	refused("something else", o.seal(t, []byte("{}\nhello")), "no backup of this program")
	refused("no line", o.seal(t, []byte("hello")), "no whole backup")
	refused("a newer program's", o.change(t, path, `"format":1`, `"format":2`), "newer program (1.0)")
	refused("a newer program's tables", o.change(t, path, `"migrations":[`, `"migrations":["29990101000000",`), "newer program (1.0)")
	refused("a newer PostgreSQL's", o.change(t, path, `"server":`, `"server":9`), "or newer")
	refused("a newer pg_dump's", o.change(t, path, `"dump":`, `"dump":9`), "apt-get install postgresql-client")
	refused("a dump that is cut off before it was sealed", o.cut(t, path), "nothing was restored: pg_restore")

	stranger := newOffice(t)
	stranger.Dir = o.Dir
	if restored, err := stranger.restore(t, target, path); err == nil || restored != nil || !strings.Contains(err.Error(), "this key does not open this backup") {
		t.Errorf("another key: %v", err)
	}
	untouched("another key")
	if restored, err := o.restore(t, target, path); err != nil {
		t.Errorf("and the whole one: %v %+v", err, restored)
	}
}

// cut returns a backup that is sealed properly over half of a dump.
func (o office) cut(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	opened, err := age.Decrypt(file, o.key)
	must(t, err)
	text, err := io.ReadAll(opened)
	must(t, err)
	return o.seal(t, text[:len(text)/2])
}

func TestNothingIsRestoredOverSomething(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), filled(t)
	path := o.make(t, db)
	before := rows(t, db)
	if restored, err := o.restore(t, db, path); !errors.Is(err, backup.ErrNotEmpty) || restored != nil {
		t.Errorf("over itself: %v", err)
	}
	if difference := cmp.Diff(before, rows(t, db)); difference != "" {
		t.Errorf("it changed:\n%s", difference)
	}
}

func TestAnotherSecretIsNoticed(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	path := o.make(t, db)
	wreck(t, db)
	if restored, err := o.restore(t, db, path); err != nil || !errors.Is(restored.Secret, models.ErrNotFound) {
		t.Errorf("of a database that has not been used: %+v (%v)", restored, err)
	}
	must(t, models.KnowSecret(t.Context(), db, night, []byte(strings.Repeat("t", 32))))
	path = filepath.Join(o.Dir, "again.age")
	_, err := o.Make(t.Context(), db, night, path)
	must(t, err)
	wreck(t, db)
	if restored, err := o.restore(t, db, path); err != nil || !errors.Is(restored.Secret, models.ErrOtherSecret) {
		t.Errorf("used with another one: %+v (%v)", restored, err)
	}
}

// The rule that ballots need: see the package's comment.
func TestRowsThatMustNotLeaveAreNotInABackup(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	execute(t, db, `CREATE TABLE "Keys" (id int PRIMARY KEY, secret text NOT NULL)`)
	execute(t, db, `COMMENT ON TABLE "Keys" IS 'backup: without rows'`)
	execute(t, db, `INSERT INTO "Keys" VALUES (1, 'to be destroyed')`)
	path := o.make(t, db)
	wreck(t, db)
	restored, err := o.restore(t, db, path)
	if err != nil {
		t.Fatalf("%v %+v", err, restored)
	}
	if !slices.Contains(restored.Checks, backup.Check{What: `"Keys"`, EmptyByRule: true}) {
		t.Errorf("it does not say so: %+v", restored.Checks)
	}
	var left int
	must(t, db.NewRaw(`SELECT count(*) FROM "Keys"`).Scan(t.Context(), &left))
	if left != 0 {
		t.Errorf("%d rows are back", left)
	}
	// The mark itself is in the backup, so that the next one leaves the rows out too.
	execute(t, db, `INSERT INTO "Keys" VALUES (1, 'to be destroyed')`)
	path = filepath.Join(o.Dir, "again")
	_, err = o.Make(t.Context(), db, night, path)
	must(t, err)
	wreck(t, db)
	if restored, err := o.restore(t, db, path); err != nil || !slices.Contains(restored.Checks, backup.Check{What: `"Keys"`, EmptyByRule: true}) {
		t.Errorf("the second time: %v %+v", err, restored)
	}
}

func TestAFailedBackupIsAFactAndLeavesNoFile(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	path := o.make(t, db)
	before, err := os.ReadFile(path)
	must(t, err)
	if made, err := o.Make(t.Context(), db, night, path); err == nil || !strings.Contains(made.Error, "is there already") {
		t.Errorf("over another: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the first one has changed (%v)", err)
	}
	if _, err := o.Make(t.Context(), db, night, "/absent/folder/a.age"); err == nil || !strings.Contains(err.Error(), "/absent/folder") {
		t.Errorf("where nobody can write: %v", err)
	}
	nobody := o
	nobody.Recipients = nil
	if _, err := nobody.Make(t.Context(), db, night, o.Path(night.Add(time.Hour))); !errors.Is(err, backup.ErrNoRecipient) {
		t.Errorf("without a recipient: %v", err)
	}
	all, err := models.Backups(t.Context(), db, 10)
	if err != nil || len(all) != 4 || all[0].Error == "" || all[1].Error == "" || all[2].Error == "" || all[3].Error != "" {
		t.Errorf("noted are %+v (%v)", all, err)
	}
	files, err := os.ReadDir(o.Dir)
	if err != nil || len(files) != 1 {
		t.Errorf("the files are %v (%v)", files, err)
	}
	empty := databasetest.New(t)
	wreck(t, empty)
	if _, err := o.Make(t.Context(), empty, night, o.Path(night.Add(time.Hour))); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("of nothing: %v", err)
	}
}

// A program of the release before has no table of backups: this one backs it up all the same, before it migrates it.
func TestADatabaseOfBeforeCanBeBackedUp(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	for {
		name, err := database.Rollback(t.Context(), db)
		must(t, err)
		if strings.HasSuffix(name, "_backups") {
			break
		}
	}
	path := o.make(t, db)
	wreck(t, db)
	restored, err := o.restore(t, db, path)
	if err != nil || len(restored.Pending) == 0 {
		t.Fatalf("%+v (%v)", restored, err)
	}
	if applied, err := database.Migrate(t.Context(), db); err != nil || !slices.Equal(applied, restored.Pending) {
		t.Errorf("it said %v, and these were applied: %v (%v)", restored.Pending, applied, err)
	}
}

// waiting tells whether a statement like this one waits for a table that somebody else holds.
func waiting(t *testing.T, db *bun.DB, statement string) (is bool) {
	t.Helper()
	must(t, db.NewRaw(`SELECT EXISTS (SELECT FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE ? AND wait_event_type = 'Lock')`, statement).Scan(t.Context(), &is))
	return is
}

// inTheMiddle starts a backup of db and returns when pg_dump is at work, which waits until release is called.
func inTheMiddle(t *testing.T, db *bun.DB, start func()) (release func()) {
	t.Helper()
	// The backup counts the rows of all tables but the last, which is held; it keeps those it has counted.
	const counting, locking, dumping = "%FROM supports AS%", "LOCK TABLE access_needs%", "LOCK TABLE public.access_needs%"
	last, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	execute(t, last, "LOCK TABLE supports IN ACCESS EXCLUSIVE MODE")
	start()
	for !waiting(t, db, counting) {
	}
	// So who wants the first one has to wait for the end of the backup, and pg_dump behind them.
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, "LOCK TABLE access_needs IN ACCESS EXCLUSIVE MODE")
			return err
		})
	}()
	for !waiting(t, db, locking) {
	}
	must(t, last.Rollback())
	for !waiting(t, db, dumping) {
	}
	return func() {
		cancel()
		<-ended
		for waiting(t, db, locking) {
		}
	}
}

func TestABackupThatIsInterruptedLeavesNothingThatLooksWhole(t *testing.T) {
	t.Parallel()
	o, dsn := newOffice(t), databasetest.DSN(t)
	db, err := database.Connect(dsn)
	must(t, err)
	defer db.Close()

	// Killed.
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = []string{"BACKUP_OF=" + dsn, "BACKUP_DIR=" + o.Dir, "BACKUP_RECIPIENT=" + o.key.Recipient().String(), "PATH=" + os.Getenv("PATH")}
	release := inTheMiddle(t, db, func() { must(t, command.Start()) })
	must(t, command.Process.Kill())
	if err := command.Wait(); err == nil {
		t.Error("it ended by itself")
	}
	release()
	if _, err := os.Stat(o.Path(night) + ".partial"); err != nil {
		t.Errorf("it was killed before it began: %v", err)
	}
	if files, err := filepath.Glob(filepath.Join(o.Dir, "*.age")); err != nil || len(files) != 0 {
		t.Errorf("killed, it leaves %v (%v)", files, err)
	}

	// Stopped in order.
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	release = inTheMiddle(t, db, func() {
		go func() {
			_, err := o.Make(ctx, db, night, o.Path(night.Add(time.Minute)))
			ended <- err
		}()
	})
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	release()
	if tries, err := models.Backups(t.Context(), db, 10); err != nil || len(tries) != 1 || tries[0].Error == "" {
		t.Errorf("noted are %+v (%v)", tries, err)
	}

	// The next night's takes away what was left.
	next := night.AddDate(0, 0, 1)
	_, err = o.Nightly(t.Context(), db, next)
	must(t, err)
	files, err := filepath.Glob(filepath.Join(o.Dir, "*"))
	if err != nil || !slices.Equal(files, []string{o.Path(next)}) {
		t.Errorf("the night after there are %v (%v)", files, err)
	}
}
