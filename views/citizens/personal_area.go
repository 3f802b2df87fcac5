// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"ultimaparola/models"
	"ultimaparola/views/layout"
)

// MyRegistration is one of a person's registrations and the address at which it is seen and cancelled.
type MyRegistration struct {
	models.Registration
	Address string
}

// PersonalPage is what a person sent. Done says what they have just taken back.
type PersonalPage struct {
	layout.Page
	Mailboxes     []string
	Registrations []MyRegistration
	*models.Contributions
	Done string
}

// done tells whether Done is one of the things that can be taken back: it comes from the address.
func (p PersonalPage) done() bool {
	return p.Done == "parere" || p.Done == "commento" || p.Done == "avviso"
}

// followed returns what a follow is about.
func followed(f models.Follow) models.Text {
	if f.Meeting != nil {
		return f.Meeting.Title
	}
	return f.Guideline.Name
}
