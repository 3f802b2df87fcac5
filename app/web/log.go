// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// NewLog returns the program's log: lines for people, or for machines (JSON). What is logged with a request's context
// carries the request's id. Errors lose what people may have typed (Impersonal): whoever logs one need not think of it.
func NewLog(to io.Writer, forPeople bool) *slog.Logger {
	options := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if err, ok := a.Value.Any().(error); ok {
			a.Value = slog.StringValue(Impersonal(err))
		}
		return a
	}}
	if forPeople {
		return slog.New(requestHandler{slog.NewTextHandler(to, options)})
	}
	return slog.New(requestHandler{slog.NewJSONHandler(to, options)})
}

type requestKey struct{}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request whose context this is, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// requestHandler adds the request's id.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// personal is what in an error's words may come from a person: whatever stands from the first quotation mark to the last
// one (a text may have some of its own), and e-mail addresses.
var personal = regexp.MustCompile(`(?s)".*"|[^\s<>"(),;:=]+@[^\s<>"(),;]+`)

// Impersonal returns an error's words without what people may have typed. Of PostgreSQL's those stay that name our own
// tables and constraints (classes 23 and 42): it quotes values in others, such as "invalid input syntax for type uuid".
func Impersonal(err error) string {
	text := err.Error()
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "23") || strings.HasPrefix(pg.Code, "42") && pg.Code != "42601") {
		if before, after, found := strings.Cut(text, pg.Error()); found {
			return mask(before) + pg.Error() + mask(after)
		}
	}
	return mask(text)
}

func mask(text string) string { return personal.ReplaceAllString(text, "…") }
