// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"ultimaparola/views/locale"
)

// inLanguage shows a component in another language than the page's.
func inLanguage(lang string, c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return c.Render(locale.With(ctx, lang), w) })
}
