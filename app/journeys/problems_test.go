// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"strings"
	"sync"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// problems are what a browser met and no page of ours may cause: errors in the console, breaches of the content
// security policy, scripts that broke, parts of a page that did not come, requests to another origin.
type problems struct {
	mu   sync.Mutex
	list []string
}

func (p *problems) add(format string, values ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, fmt.Sprintf(format, values...))
}

func (p *problems) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.list
}

// watch collects the problems of a page until it is closed. origin is the only one that it may ask.
func watch(page *rod.Page, origin string) *problems {
	p := new(problems)
	listen := page.EachEvent(
		func(e *proto.LogEntryAdded) {
			// Failed requests are told below, with what they were for: a page with status 422 is none.
			if e.Entry.Level == proto.LogLogEntryLevelError && e.Entry.Source != proto.LogLogEntrySourceNetwork {
				p.add("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
			}
		},
		func(e *proto.AuditsIssueAdded) {
			if policy := e.Issue.Details.ContentSecurityPolicyIssueDetails; policy != nil {
				p.add("content security policy: %s %s", policy.ViolatedDirective, policy.BlockedURL)
			}
		},
		func(e *proto.RuntimeExceptionThrown) {
			p.add("a script broke: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.URL)
		},
		func(e *proto.RuntimeConsoleAPICalled) {
			if e.Type == proto.RuntimeConsoleAPICalledTypeError || e.Type == proto.RuntimeConsoleAPICalledTypeAssert {
				p.add("console: %s", e.Args[0].Description)
			}
		},
		func(e *proto.NetworkRequestWillBeSent) {
			if !strings.HasPrefix(e.Request.URL, origin+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
				p.add("request to another origin: %s (from %s)", e.Request.URL, e.DocumentURL)
			}
		},
		func(e *proto.NetworkResponseReceived) {
			if e.Type != proto.NetworkResourceTypeDocument && e.Response.Status >= 400 {
				p.add("%d for %s", e.Response.Status, e.Response.URL)
			}
		},
	)
	go listen()
	return p
}
