// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"ultimaparola/app/metrics"
)

const (
	storedFresh = time.Second
	// storedLimit bounds memory: at most so many addresses are stored, each with a short query.
	storedLimit      = 512
	storedQueryLimit = 128
)

// storedPages serves pages to readers without a cookie from memory: headers and compressed bodies, about a second old
// at most, each filled by one request while the others wait for it.
type storedPages struct {
	now     func() time.Time
	metrics *metrics.Metrics
	mu      sync.Mutex
	pages   map[string]*storedPage
}

type storedPage struct {
	filling sync.Mutex
	content *storedContent
	// refusedAt is when an answer last was not one to store.
	refusedAt time.Time
}

// storedContent never changes once made: several requests write it at the same time.
type storedContent struct {
	filledAt            time.Time
	plain, gzip, brotli storedForm
}

// storedForm is an answer as it goes over the wire.
type storedForm struct {
	header fasthttp.ResponseHeader
	body   []byte
}

func newStoredPages(now func() time.Time, metrics *metrics.Metrics) *storedPages {
	return &storedPages{now: now, metrics: metrics, pages: map[string]*storedPage{}}
}

func (s *storedPages) serve(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet || !anonymous(c) || len(c.Request().URI().QueryString()) > storedQueryLimit {
		return c.Next()
	}
	page := s.page(string(c.Request().RequestURI()))
	content, filled, err := page.fresh(c, s.now)
	if content == nil {
		return err
	}
	content.write(c)
	if !filled {
		s.metrics.Stored(len(c.Response().Body()))
	}
	return nil
}

// anonymous tells whether the reader's browser has no cookie of ours.
func anonymous(c *fiber.Ctx) bool { return len(c.Request().Header.Peek(fiber.HeaderCookie)) == 0 }

// fresh returns what is stored, and whether it was filled anew by this request because it was old; nil when the answer is not one to store,
// and stands in c already. Who waited for such an answer does not wait for another: they go on side by side.
func (p *storedPage) fresh(c *fiber.Ctx, now func() time.Time) (content *storedContent, filled bool, err error) {
	came := now()
	p.filling.Lock()
	if p.refusedAt.After(came) {
		p.filling.Unlock()
		return nil, false, c.Next()
	}
	defer p.filling.Unlock()
	if p.content != nil && now().Sub(p.content.filledAt) < storedFresh {
		return p.content, false, nil
	}
	p.content = nil
	if err := c.Next(); err != nil || !storable(c.Response()) {
		p.refusedAt = now()
		return nil, false, err
	}
	p.content = contentOf(c.Response(), now())
	return p.content, true, nil
}

// page returns the place for an address, or after making room when there is none.
func (s *storedPages) page(address string) *storedPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pages[address]; p != nil {
		return p
	}
	if len(s.pages) >= storedLimit {
		clear(s.pages)
	}
	p := new(storedPage)
	s.pages[address] = p
	return p
}

// Storable marks a page as the same for everybody without a cookie.
func Storable(c *fiber.Ctx) { c.Set(fiber.HeaderCacheControl, "no-cache") }

func storable(r *fasthttp.Response) bool {
	return r.StatusCode() == fiber.StatusOK && !r.IsBodyStream() && len(r.Header.Peek(fiber.HeaderSetCookie)) == 0 &&
		string(r.Header.Peek(fiber.HeaderCacheControl)) == "no-cache"
}

func contentOf(r *fasthttp.Response, now time.Time) *storedContent {
	body := bytes.Clone(r.Body())
	s := &storedContent{filledAt: now}
	s.plain.fill(r, body, "")
	s.gzip.fill(r, fasthttp.AppendGzipBytesLevel(nil, body, 6), "gzip")
	s.brotli.fill(r, fasthttp.AppendBrotliBytesLevel(nil, body, 5), "br")
	return s
}

func (f *storedForm) fill(r *fasthttp.Response, body []byte, encoding string) {
	r.Header.CopyTo(&f.header)
	f.header.ResetConnectionClose() // that was between one reader and us
	f.header.Del(fiber.HeaderXRequestID)
	f.header.Set(fiber.HeaderVary, "Accept-Encoding, Cookie")
	if encoding != "" {
		f.header.Set(fiber.HeaderContentEncoding, encoding)
	}
	f.body = body
}

func (s *storedContent) write(c *fiber.Ctx) {
	form := &s.plain
	switch accepted := c.Get(fiber.HeaderAcceptEncoding); {
	case strings.Contains(accepted, "br"):
		form = &s.brotli
	case strings.Contains(accepted, "gzip"):
		form = &s.gzip
	}
	form.header.CopyTo(&c.Response().Header)
	c.Response().SetBodyRaw(form.body)
}
