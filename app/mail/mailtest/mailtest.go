// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mailtest is a mail server for tests: it takes messages over true SMTP and shows what it took, and it can be
// told to refuse or to be away.
package mailtest

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ultimaparola/app/mail"
)

// Delivered is one message as the server took it.
type Delivered struct {
	// From and To are of the envelope.
	From, To string
	// Raw is the whole message; Text and HTML its two bodies, decoded.
	Raw, Text, HTML string
	// Files came with it.
	Files []mail.File
	// Header gives a header's first value, decoded, or "".
	Header func(name string) string
}

// Server takes messages on a loopback port.
type Server struct {
	// URL is what to give as SMTP_URL.
	URL string

	t        testing.TB
	server   *smtp.Server
	listener net.Listener

	mu       sync.Mutex
	answers  []int
	taken    []Delivered
	arrivals chan struct{} // closed and replaced at each delivery or refusal
	refused  int
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, arrivals: make(chan struct{})}
	s.listen("127.0.0.1:0")
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) listen(address string) {
	s.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		s.t.Fatalf("the test's mail server: %v", err)
	}
	s.listener, s.URL = listener, "smtp://"+listener.Addr().String()
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	s.server.Domain = "localhost"
	go s.server.Serve(listener) // its error is that the listener was closed
}

// Stop takes the server away: its port refuses connections. Stopping it again changes nothing.
func (s *Server) Stop() {
	// The server may not have got round to serving, and would not know its listener.
	err := errors.Join(s.server.Close(), s.listener.Close())
	if err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		s.t.Errorf("the test's mail server: %v", err)
	}
}

// Start brings a stopped server back on the same port.
func (s *Server) Start() { s.listen(s.URL[len("smtp://"):]) }

// Answer has the next recipients answered with these codes, such as 451 or 550, one each, naming the recipient as mail
// servers do; then all are taken again.
func (s *Server) Answer(codes ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, codes...)
}

// patience bounds a wait for what never comes.
const patience = 30 * time.Second

// Wait returns all messages taken as soon as they are n or more; the test fails when they do not come.
func (s *Server) Wait(n int) []Delivered {
	s.t.Helper()
	s.until(func() bool { return len(s.taken) >= n })
	return s.Taken()
}

// WaitRefused waits until n recipients have been refused.
func (s *Server) WaitRefused(n int) {
	s.t.Helper()
	s.until(func() bool { return s.refused >= n })
}

func (s *Server) until(reached func() bool) {
	s.t.Helper()
	late := time.After(patience)
	for {
		s.mu.Lock()
		done, arrivals := reached(), s.arrivals
		taken, refused := len(s.taken), s.refused
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-arrivals:
		case <-late:
			s.t.Fatalf("the mail server has taken %d messages and refused %d recipients in %v", taken, refused, patience)
		}
	}
}

// Taken returns the messages taken so far, in order.
func (s *Server) Taken() []Delivered {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivered(nil), s.taken...)
}

// changed tells who waits; the lock is held.
func (s *Server) changed() {
	close(s.arrivals)
	s.arrivals = make(chan struct{})
}

type session struct {
	server   *Server
	from, to string
}

func (s *session) Reset()        { s.from, s.to = "", "" }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if len(s.server.answers) > 0 {
		code := s.server.answers[0]
		s.server.answers = s.server.answers[1:]
		s.server.refused++
		s.server.changed()
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 1}, Message: "<" + to + ">: as the test asked"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	delivered, err := read(raw)
	if err != nil {
		return err
	}
	delivered.From, delivered.To = s.from, s.to
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.taken = append(s.server.taken, delivered)
	s.server.changed()
	return nil
}
