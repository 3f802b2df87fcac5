// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/uptrace/bun"

	"ultimaparola/app/backup"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mail"
	"ultimaparola/app/mail/mailtest"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// office is a worker on the seeded case, with a mail server and a clock that the test sets.
type office struct {
	*testing.T
	db     *bun.DB
	server *mailtest.Server
	deps   web.Deps
	mailer *mail.Mailer
	log    *journal
	// backups is how the worker makes them.
	backups backup.Plan

	mu   sync.Mutex
	time time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, db: databasetest.New(t), server: mailtest.New(t), log: &journal{happened: make(chan struct{})},
		time: time.Date(2017, 11, 27, 9, 0, 0, 0, time.UTC)}
	base := &url.URL{Scheme: "https", Host: "partecipa.example.org"}
	o.deps = web.NewDeps(o.db, web.Config{BaseURL: base, Secret: []byte(strings.Repeat("s", 32))}, o.now, slog.New(o.log))
	var err error
	o.mailer, err = mail.New(o.server.URL, "noreply@partecipa.example.org", "")
	o.must(err)
	o.must(seed.Case(t.Context(), o.db, o.now()))
	return o
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.time
}

// advance moves the clock and has the worker look again.
func (o *office) advance(d time.Duration) {
	o.Helper()
	o.mu.Lock()
	o.time = o.time.Add(d)
	o.mu.Unlock()
	_, err := o.db.ExecContext(o.Context(), "NOTIFY jobs")
	o.must(err)
}

// run starts a worker; the returned function stops it and waits until it has ended.
func (o *office) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	worker := jobs.New(o.deps, o.mailer)
	worker.Backups = o.backups
	go func() {
		defer close(ended)
		worker.Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	o.Cleanup(stop)
	return stop
}

// signIn enqueues the simplest of mails, to that address.
func (o *office) signIn(email string) *models.Confirmation {
	o.Helper()
	c, err := models.Ask(o.Context(), o.db, o.now(), models.Asker{Email: email, Language: "it"}, models.ConfirmSignIn, struct{}{})
	o.must(err)
	return c
}

func (o *office) queue() []models.Job {
	o.Helper()
	var queue []models.Job
	o.must(o.db.NewSelect().Model(&queue).Order("id").Scan(o.Context()))
	return queue
}

func TestAMailIsDeliveredOnceAndItsJobIsGone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.signIn("anna@example.org")
	stop := o.run()
	first := o.server.Wait(1)[0]
	o.signIn("bruno@example.org") // while the worker runs: told by NOTIFY
	o.server.Wait(2)
	stop()
	if left := o.queue(); len(left) != 0 {
		t.Errorf("%d jobs left", len(left))
	}
	if n := len(o.server.Taken()); n != 2 {
		t.Errorf("%d mails for 2 jobs", n)
	}
	if first.To != "anna@example.org" || !strings.Contains(first.Text, o.deps.Links.Confirm("it", c)) || !strings.Contains(first.Text, o.deps.Links.Code(c.ID)) {
		t.Errorf("to %s: %s", first.To, first.Text)
	}
}

func TestAMailRefusedForNowIsSentLaterAsTheSame(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.Answer(451, 421)
	o.signIn("anna@example.org")
	id := o.queue()[0].ID.String()
	o.run()
	for range 2 {
		o.log.wait(t, "job to be tried again")
		o.advance(4 * time.Minute)
	}
	if got := o.server.Wait(1)[0].Header("Message-Id"); !strings.Contains(got, id) {
		t.Errorf("Message-ID %s, job %s", got, id)
	}
}

func TestAMailRefusedForGoodIsGivenUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.Answer(550)
	o.signIn("nobody@example.org")
	stop := o.run()
	o.log.wait(t, "job given up")
	stop()
	o.advance(100 * time.Hour)
	o.signIn("anna@example.org")
	stop = o.run()
	o.server.Wait(1)
	stop()
	job := o.queue()[0]
	if job.FailedAt.IsZero() || job.Attempts != 1 || !strings.Contains(job.LastError, "550") || strings.Contains(job.LastError, "nobody") {
		t.Errorf("job %+v", job)
	}
	status, err := jobs.New(o.deps, o.mailer).Status(t.Context())
	if err != nil || status.Failed != 1 || status.Due != 0 {
		t.Errorf("status %+v, %v", status, err)
	}
}

func TestTriesEndAfterADayAndAHalf(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	start := o.now()
	o.must(models.Enqueue(t.Context(), o.db, start, start, "unknown", struct{}{}))
	o.run()
	for range 11 {
		o.log.wait(t, "job to be tried again")
		next := o.queue()[0].RunAt
		o.advance(next.Sub(o.now()))
	}
	o.log.wait(t, "job given up")
	if took := o.now().Sub(start); took < 30*time.Hour || took > 48*time.Hour {
		t.Errorf("given up after %v", took)
	}
}

func TestAMailServerThatComesBackIsGivenWhatWaited(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.Stop()
	o.signIn("anna@example.org")
	o.run()
	o.log.wait(t, "job to be tried again")
	o.server.Start()
	o.advance(time.Minute)
	o.server.Wait(1)
}

// A killed program leaves a claim behind, with nobody to answer for it.
func TestAJobOfAKilledProgramIsTakenAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.signIn("anna@example.org")
	claimed, err := models.ClaimJobs(t.Context(), o.db, o.now(), 10)
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %v, %v", claimed, err)
	}
	if again, err := models.ClaimJobs(t.Context(), o.db, o.now(), 10); err != nil || len(again) != 0 {
		t.Fatalf("claimed twice: %v, %v", again, err)
	}
	o.run()
	o.signIn("bruno@example.org")
	if first := o.server.Wait(1)[0]; first.To != "bruno@example.org" {
		t.Errorf("the job of somebody else was done: %s", first.To)
	}
	o.advance(models.JobLease + time.Second)
	o.server.Wait(2)
}

func TestTheWorkerOutlivesItsConnections(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.run()
	o.signIn("anna@example.org")
	o.server.Wait(1)
	_, err := o.db.ExecContext(t.Context(),
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	o.must(err)
	o.log.wait(t, "worker: listening for jobs works again")
	o.signIn("bruno@example.org")
	o.server.Wait(2)
}

func TestAJobWithNothingLeftToSayEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.signIn("anna@example.org")
	o.advance(time.Hour) // the link has expired
	stop := o.run()
	o.log.wait(t, "job no longer needed")
	stop()
	if n := len(o.queue()); n != 0 {
		t.Errorf("%d jobs left", n)
	}
	if taken := o.server.Taken(); len(taken) != 0 {
		t.Errorf("sent: %s", taken[0].Raw)
	}
}

func TestLogsNameNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.Answer(451, 550)
	o.signIn("canary@example.org")
	o.run()
	o.log.wait(t, "job to be tried again")
	o.advance(time.Minute)
	o.log.wait(t, "job given up")
	if all := o.log.text(); strings.Contains(all, "canary") {
		t.Errorf("log: %s", all)
	}
}

func TestTheWorkerMakesTheNightsBackup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	key, err := age.GenerateX25519Identity()
	o.must(err)
	o.backups = backup.Plan{Dir: t.TempDir(), Recipients: []age.Recipient{key.Recipient()}, Keep: 1}
	stop := o.run()
	o.log.wait(t, "backup made")
	stop()
	if files, err := os.ReadDir(o.backups.Dir); err != nil || len(files) != 1 || files[0].Name() != "ultimaparola-20171127T090000Z.age" {
		t.Errorf("the files are %v (%v)", files, err)
	}
	if last, err := models.LastBackup(t.Context(), o.db); err != nil || !last.StartedAt.Equal(o.now()) {
		t.Errorf("noted is %+v (%v)", last, err)
	}

	o.advance(24 * time.Hour)
	o.backups.Recipients = nil
	o.run()
	if line := o.log.wait(t, "worker: making the night's backup fails"); !strings.Contains(line, "BACKUP_RECIPIENT") {
		t.Errorf("the log says %s", line)
	}
}

// journal is a log that tests wait on.
type journal struct {
	mu       sync.Mutex
	lines    []string
	read     int
	happened chan struct{}
}

func (j *journal) Enabled(context.Context, slog.Level) bool { return true }
func (j *journal) WithAttrs([]slog.Attr) slog.Handler       { return j }
func (j *journal) WithGroup(string) slog.Handler            { return j }
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	values := map[string]string{}
	r.Attrs(func(a slog.Attr) bool { values[a.Key] = a.Value.String(); return true })
	rest, err := json.Marshal(values)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, r.Message+" "+string(rest))
	close(j.happened)
	j.happened = make(chan struct{})
	return err
}

// wait waits for the next line that begins with message, each line counting once, and returns it.
func (j *journal) wait(t *testing.T, message string) string {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		j.mu.Lock()
		for j.read < len(j.lines) {
			line := j.lines[j.read]
			j.read++
			if strings.HasPrefix(line, message) {
				j.mu.Unlock()
				return line
			}
		}
		happened := j.happened
		j.mu.Unlock()
		select {
		case <-happened:
		case <-late:
			t.Fatalf("%q was not logged, but: %s", message, j.text())
		}
	}
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}

// What a mail server refused for a while, and even for good, is sent when staff say so; a message whose text is gone is not.
func TestJobsAreTriedAgainOnDemand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.Answer(451, 550)
	o.signIn("anna@example.org")
	o.signIn("bruno@example.org")
	stop := o.run()
	o.log.wait(t, "job to be tried again")
	o.log.wait(t, "job given up")
	stop()
	o.must(models.Enqueue(t.Context(), o.db, o.now(), o.now(), models.JobMail, models.Mail{Template: models.MailMeetingMessage, Subject: "s", Body: "b"}))
	_, err := o.db.ExecContext(t.Context(), "UPDATE jobs SET failed_at = now() WHERE payload->>'body' <> ''")
	o.must(err)

	if queue, err := models.QueueNow(t.Context(), o.db, o.now()); err != nil || queue.Delayed != 1 || queue.Failed != 2 {
		t.Errorf("before: %+v (%v)", queue, err)
	}
	troubles, err := models.TroublesNow(t.Context(), o.db)
	if err != nil || len(troubles) != 2 || troubles[0].Delayed+troubles[1].Delayed != 1 || troubles[0].Failed+troubles[1].Failed != 2 {
		t.Errorf("troubles %+v (%v)", troubles, err)
	}
	if retried, err := models.RetryJobs(t.Context(), o.db, o.now()); err != nil || retried != 2 {
		t.Errorf("%d tried again (%v)", retried, err)
	}
	o.run()
	o.server.Wait(2)
}
