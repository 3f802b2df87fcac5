// SPDX-License-Identifier: AGPL-3.0-or-later

// Package public holds what the browser loads: styles, script, icons, fonts.
// `npm run build` makes the files in dist; they are part of the program.
package public

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// manifest says under which name, with a hash of the content in it, the build
// stored each file.
var manifest = load()

func load() map[string]string {
	names := map[string]string{}
	data, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return names // Check tells it, once, when the program starts
	}
	if err := json.Unmarshal(data, &names); err != nil {
		panic("public: dist/manifest.json: " + err.Error())
	}
	return names
}

// Check returns an error when the program was built before its styles and
// scripts were.
func Check() error {
	if len(manifest) == 0 {
		return errors.New("the styles and scripts are missing: run `npm ci && npm run build`, then build the program again")
	}
	return nil
}

// URL returns the address of a file of the build, such as
// "/public/app.3f2a9c1b.css" for "app.css". The address changes with the
// content, so what it gives may be kept for ever.
func URL(name string) string { return "/public/" + Name(name) }

// Name returns the name, with the hash of its content, under which the build stored a file.
func Name(name string) string {
	if stored, ok := manifest[name]; ok {
		return stored
	}
	return name
}

// Asset is one file as it goes over the wire. Encoding is "br", "gzip" or "".
type Asset struct {
	Body     []byte
	Type     string
	Encoding string
}

// Lookup returns the file that URL gave the address of; file is the address
// without "/public/". It takes the smallest form that acceptEncoding, the
// request's header, allows. It returns false when there is no such file.
func Lookup(file, acceptEncoding string) (Asset, bool) {
	for _, stored := range manifest {
		if stored == file {
			return open(file, acceptEncoding)
		}
	}
	return Asset{}, false
}

func open(file, acceptEncoding string) (Asset, bool) {
	asset := Asset{Type: contentType(file)}
	for _, form := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}} {
		if form.encoding != "" && !accepts(acceptEncoding, form.encoding) {
			continue
		}
		body, err := fs.ReadFile(dist, "dist/"+file+form.suffix)
		if err == nil {
			asset.Body, asset.Encoding = body, form.encoding
			return asset, true
		}
	}
	return Asset{}, false
}

// accepts follows RFC 9110, section 12.5.3: a list of codings, each with an
// optional weight, where a weight of 0 means "not this one".
func accepts(header, encoding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, weighed := strings.Cut(strings.TrimSpace(item), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		_, value, _ := strings.Cut(weight, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return !weighed || (err == nil && q > 0)
	}
	return false
}

// contentType does not ask the machine's own table for fonts, which may lack
// them.
func contentType(file string) string {
	if path.Ext(file) == ".woff2" {
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(file))
}
