// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// chromium is the one browser of all tests, started at the first call.
var chromium = sync.OnceValues(func() (*rod.Browser, error) {
	path, found := launcher.LookPath()
	if !found {
		return nil, fmt.Errorf("no Chromium on this machine: `make browser` says how to get it")
	}
	started := launcher.New().Bin(path).HeadlessNew(true).NoSandbox(os.Getuid() == 0).UserDataDir(filepath.Join(workFolder, "chromium")).
		Set("disable-gpu").Set("disable-quic").Set("disable-component-update")
	address, err := started.Launch()
	if err != nil {
		return nil, err
	}
	closeBrowser = func() { started.Kill(); started.Cleanup() }
	browser := rod.New().ControlURL(address).NoDefaultDevice()
	return browser, browser.Connect()
})

var closeBrowser = func() {}

// Sizes of screens, in CSS pixels.
var (
	phone   = proto.EmulationSetDeviceMetricsOverride{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true}
	desktop = proto.EmulationSetDeviceMetricsOverride{Width: 1280, Height: 900, DeviceScaleFactor: 1}
)

// visitor is somebody in front of a browser of their own, with its own cookies. What does not come in time fails the
// test with a picture of the page; so does, at the end, every error that the browser has met on the way.
type visitor struct {
	t       testing.TB
	program *program
	page    *rod.Page
	met     *problems
}

// visit opens a browser of its own on a screen of this size.
func (p *program) visit(t testing.TB, screen proto.EmulationSetDeviceMetricsOverride) *visitor {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	own, err := browser.Incognito()
	if err != nil {
		t.Fatal(err)
	}
	page, err := own.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, program: p, page: page, met: watch(page, p.url)}
	t.Cleanup(func() {
		for _, problem := range v.met.all() {
			t.Errorf("the browser met: %s", problem)
		}
		_ = own.Close()
	})
	v.must(page.SetViewport(&screen))
	// Nothing moves, so that nothing has to be waited for.
	v.must(proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}.Call(page))
	if p.scriptsOff {
		v.withoutScripts()
	}
	return v
}

// withAndWithoutJavaScript runs a journey twice, in browsers with and without JavaScript, each on a program of its own.
func withAndWithoutJavaScript(t *testing.T, journey func(*testing.T, *program)) {
	for name, off := range map[string]bool{"with JavaScript": false, "without JavaScript": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.scriptsOff = off
			journey(t, p)
		})
	}
}

// withoutScripts switches JavaScript off in the pages.
func (v *visitor) withoutScripts() *visitor {
	v.must(proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(v.page))
	return v
}

// opens types an address; a path is one of the program.
func (v *visitor) opens(address string) *visitor {
	v.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = v.program.url + address
	}
	v.loads(func() error { return v.page.Navigate(address) })
	return v
}

// loads does what leads to another page, and waits until that one is there.
func (v *visitor) loads(act func() error) {
	v.t.Helper()
	patient := v.page.Timeout(patience)
	defer patient.CancelTimeout()
	loaded := false
	wait := patient.EachEvent(func(*proto.PageLoadEventFired) bool { loaded = true; return true })
	v.must(act())
	if wait(); !loaded {
		v.fail("no other page came")
	}
}

// follows presses the link with this text that leads to another page.
func (v *visitor) follows(text string) *visitor {
	v.t.Helper()
	link := v.find(fmt.Sprintf(`//a[starts-with(normalize-space(.), %s)]`, quoted(text)))
	v.loads(func() error { return v.click(link) })
	return v
}

// path returns where the visitor is: the address without the program's name, and without what is after ? and #.
func (v *visitor) path() string {
	v.t.Helper()
	info, err := v.page.Info()
	v.must(err)
	address, err := url.Parse(info.URL)
	v.must(err)
	return address.Path
}

// sees fails the test unless the page shows each text.
func (v *visitor) sees(texts ...string) *visitor {
	v.t.Helper()
	shown := v.text("body")
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			v.fail("the page does not show %q but\n%s", text, shown)
		}
	}
	return v
}

// comesToSee loads the page again until it shows the text, which a job of the program brings about.
func (v *visitor) comesToSee(text string) *visitor {
	v.t.Helper()
	for late := time.Now().Add(patience); !strings.Contains(v.text("body"), text); {
		if time.Now().After(late) {
			v.fail("the page never came to show %q", text)
		}
		v.loads(v.page.Reload)
	}
	return v
}

// missing fails the test when the page shows one of the texts.
func (v *visitor) missing(texts ...string) *visitor {
	v.t.Helper()
	shown := v.text("body")
	for _, text := range texts {
		if strings.Contains(shown, text) {
			v.fail("the page shows %q", text)
		}
	}
	return v
}

// text returns what is shown in the first element of selector, each run of spaces and line ends as one space.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	shown := v.eval(`s => { const e = document.querySelector(s); return e ? e.innerText : "" }`, selector)
	return strings.Join(strings.Fields(shown), " ")
}

// eval runs a function in the page and returns what it returns, as text. It works with the page's scripts off.
func (v *visitor) eval(function string, arguments ...any) string {
	v.t.Helper()
	result, err := v.page.Timeout(patience).Eval(function, arguments...)
	v.must(err)
	return result.Value.Str()
}

// find waits for the element of an XPath.
func (v *visitor) find(path string) *rod.Element {
	v.t.Helper()
	element, err := v.page.Timeout(patience).ElementX(path)
	if err != nil {
		v.fail("nothing on the page is %s", path)
	}
	return element
}

// click presses an element with the mouse, in the middle of it.
func (v *visitor) click(element *rod.Element) error {
	if err := (proto.DOMScrollIntoViewIfNeeded{ObjectID: element.Object.ObjectID}).Call(v.page); err != nil {
		return err
	}
	shape, err := element.Shape()
	if err != nil {
		return err
	}
	if err := v.page.Mouse.MoveTo(*shape.OnePointInside()); err != nil {
		return err
	}
	return v.page.Mouse.Click(proto.InputMouseButtonLeft, 1)
}

// types presses keys, one after the other.
func (v *visitor) types(keys ...input.Key) {
	v.t.Helper()
	v.must(v.page.Keyboard.Type(keys...))
}

func (v *visitor) must(err error) {
	v.t.Helper()
	if err != nil {
		v.fail("%v", err)
	}
}

// fail ends the test with a picture of the page.
func (v *visitor) fail(format string, values ...any) {
	v.t.Helper()
	address, picture := "about:blank", "none"
	if info, err := v.page.Info(); err == nil {
		address = info.URL
	}
	if png, err := v.page.Timeout(patience).Screenshot(true, nil); err == nil {
		folder := filepath.Join(os.TempDir(), "ultimaparola-pictures")
		file := filepath.Join(folder, strings.ReplaceAll(v.t.Name(), "/", "-")+".png")
		if os.MkdirAll(folder, 0o755) == nil && os.WriteFile(file, png, 0o644) == nil {
			picture = file
		}
	}
	v.t.Fatalf("at %s: %s\n(picture: %s)", address, fmt.Sprintf(format, values...), picture)
}

// quoted is s as a literal of XPath 1.0, which has no escapes.
func quoted(s string) string {
	if !strings.Contains(s, `"`) {
		return `"` + s + `"`
	}
	return `concat("` + strings.ReplaceAll(s, `"`, `", '"', "`) + `")`
}
