// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Every link on every public page, in every language, leads to a page that is there, and to the part of it that it
// names.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	c := &crawl{program: p, pages: map[string]*crawled{}}
	for _, path := range []string{"/", "/en/"} {
		c.enter(path, "the test")
	}
	for len(c.queue) > 0 {
		path := c.queue[0]
		c.queue = c.queue[1:]
		c.look(t, path)
	}
	for path, page := range c.pages {
		for fragment, from := range page.fragments {
			if !page.anchors[fragment] {
				t.Errorf("%s links to %s#%s: that page has no such part", from, path, fragment)
			}
		}
	}
	t.Logf("%d pages", len(c.pages))
	if len(c.pages) < 100 {
		t.Errorf("only %d pages were found", len(c.pages))
	}
}

type crawl struct {
	program *program
	pages   map[string]*crawled
	queue   []string
}

type crawled struct {
	linkedFrom string
	anchors    map[string]bool
	fragments  map[string]string // asked for by links, each with a page that does
}

// enter notes a page to look at, once.
func (c *crawl) enter(path, from string) *crawled {
	page := c.pages[path]
	if page == nil {
		page = &crawled{linkedFrom: from, anchors: map[string]bool{}, fragments: map[string]string{}}
		c.pages[path] = page
		c.queue = append(c.queue, path)
	}
	return page
}

func (c *crawl) look(t *testing.T, path string) {
	answer, body := c.program.get(path)
	page := c.pages[path]
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s links to %s: status %d", page.linkedFrom, path, answer.StatusCode)
		return
	}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	document.Find("[id]").Each(func(_ int, s *goquery.Selection) { page.anchors[s.AttrOr("id", "")] = true })
	document.Find("a[href], link[href], use[href], script[src], img[src]").Each(func(_ int, s *goquery.Selection) {
		link, err := answer.Request.URL.Parse(s.AttrOr("href", s.AttrOr("src", "")))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if "http://"+link.Host == c.program.url {
			c.follow(link, path)
		}
	})
}

func (c *crawl) follow(link *url.URL, from string) {
	target := c.enter(link.RequestURI(), from)
	if link.Fragment != "" && !strings.HasSuffix(link.Path, ".svg") {
		target.fragments[link.Fragment] = from
	}
}
