// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
	"github.com/pquerna/otp/totp"
)

// startInProduction starts the program as on a server: it listens to every address, so nothing is a development
// machine's, and the database is empty.
func startInProduction(t *testing.T) *program {
	t.Helper()
	return start(t, "LISTEN=0.0.0.0", "SECRET="+strings.Repeat("journey ", 5))
}

// holdsKey gives the browser a device that makes and uses passkeys, and whose owner always says yes.
func (v *visitor) holdsKey() *visitor {
	v.t.Helper()
	v.must(proto.WebAuthnEnable{}.Call(v.page))
	_, err := proto.WebAuthnAddVirtualAuthenticator{Options: &proto.WebAuthnVirtualAuthenticatorOptions{
		Protocol: proto.WebAuthnAuthenticatorProtocolCtap2, Transport: proto.WebAuthnAuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}.Call(v.page)
	v.must(err)
	return v
}

// presses presses a button that leads elsewhere by its script.
func (v *visitor) presses(text string) *visitor {
	v.t.Helper()
	button := v.find(`//button[starts-with(normalize-space(.), ` + quoted(text) + `) and not(@hidden)]`)
	v.loads(func() error { return v.click(button) })
	return v
}

// founds opens the first administrator's account by the link that the program printed, to begin from nothing, and sets a
// passkey up.
func (p *program) founds(t *testing.T, organisation string) *visitor {
	t.Helper()
	link := p.says("The first administrator begins at ")
	v := p.visit(t, desktop).holdsKey().opens(link)
	v.form("/primo-accesso/"+link[strings.LastIndex(link, "/")+1:]).writes("Nome e cognome", "Ada Inventata").
		writes("E-mail di lavoro", "ada@valle.example").writes("Nome dell'unione", organisation).sends().sees("Scegli il secondo fattore").isAccessible()
	v.presses("Crea una passkey").sees("La passkey è pronta", "Codici di recupero").isAccessible()
	v.form("/codici").sends().sees("Li vedi solo adesso").isAccessible()
	v.opens(link).sees("Il link è già stato usato")
	return v.opens("/amministrazione")
}

func (v *visitor) withApp(t *testing.T) *visitor {
	t.Helper()
	v.sees("Scegli il secondo fattore").follows("Usa un'app")
	code, err := totp.GenerateCode(strings.ReplaceAll(v.text("code.secret"), " ", ""), time.Now())
	v.must(err)
	v.form("/il-mio-accesso/app").writes("Codice che ora mostra l'app", code).sends().sees("L'app è attiva")
	v.form("/codici").sends().sees("Li vedi solo adesso").follows("Li ho messi al sicuro")
	return v
}

// The first administrator begins with a passkey and invites a colleague, who comes in without JavaScript by an app's
// codes, and is shown the door again.
func TestWhoWorksHereComesInWithASecondFactor(t *testing.T) {
	t.Parallel()
	p := startInProduction(t)
	admin := p.founds(t, "Unione della Valle")
	admin.opens("/il-mio-accesso").isAccessible().opens("/il-mio-accesso/app").isAccessible()
	admin.opens("/amministrazione/personale").sees("Ada Inventata", "entra con il secondo fattore").isAccessible()
	admin.follows("Invita una persona").isAccessible()
	admin.form("/personale/nuovo").writes("Nome e cognome", "Bea Inventata").writes("E-mail", "bea@valle.example").
		chooses("Osservatore").sends("Manda l'invito").sees("L'invito parte tra poco", "Bea Inventata")

	link := p.letterTo("bea@valle.example").link(t, "/conferme/")
	bea := p.visit(t, phone).withoutScripts()
	bea.entersBy(link).withApp(t).opens("/il-mio-accesso").sees("Bea Inventata", "Osservatore", "App che genera codici", "è questo")
	bea.opens("/amministrazione/personale").sees("Pagina non trovata")
	bea.opens(link).sees("Il link è già stato usato")

	admin.opens("/il-mio-accesso").form("/uscita").sends()
	admin.opens("/amministrazione").sees("Area riservata")
	admin.opens("/accesso-uffici").isAccessible()
	admin.presses("Usa la passkey").opens("/amministrazione/personale").follows("Bea Inventata").isAccessible()
	admin.find(`//summary[starts-with(., "Chiudi questo accesso")]`).MustClick()
	admin.form("/chiusura").sends().sees("Accesso chiuso")
	bea.opens("/il-mio-accesso").sees("Area riservata")
}
