// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/administration"
	"ultimaparola/app/citizens"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mayors"
	"ultimaparola/app/organisers"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// newServer is the table of contents: every address of the program, grouped by whom it serves. Each is also there in
// English, under /en.
func newServer(deps web.Deps, worker *jobs.Worker) *fiber.App {
	app := web.NewServer(deps)
	app.Get("/public/*", web.Assets)
	app.Get("/status", deps.Status(worker.Status))

	z := citizens.New(deps)
	app.Get("/", z.Home)
	app.Get("/robots.txt", z.Robots)
	app.Get("/privacy", z.Text("privacy"))
	app.Get("/note-legali", z.Text("note-legali"))
	app.Get("/regole", z.Text("regole"))
	app.Get("/assistenza", z.Assistance)
	app.Get("/mappa-del-sito", z.SiteMap)
	app.Get("/documenti/:id", z.File)
	app.Post("/valutazioni", z.Rate)

	app.Get("/accedi", z.SignInPage)
	app.Post("/accedi", z.SignIn)
	app.Get("/accesso-uffici", z.StaffSignInPage)
	app.Post("/accesso-uffici", z.StaffSignIn)
	app.Post("/uscita", z.SignOut)
	app.Get("/area-personale", z.PersonalArea)
	app.Post("/area-personale/pareri/:id/ritiro", z.WithdrawOpinion)
	app.Post("/area-personale/commenti/:id/ritiro", z.WithdrawComment)
	app.Post("/area-personale/avvisi/:id/disiscrizione", z.EndFollow)
	app.Get("/conferme/attesa/:id", z.Mailbox)
	app.Post("/conferme/attesa/:id", z.ConfirmByCode)
	app.Post("/conferme/attesa/:id/invii", z.MailAgain)
	app.Get("/conferme/:token", z.Confirmation)
	app.Post("/conferme/:token", z.Confirm)

	app.Get("/avvisami/:token/disiscrizione", z.Unsubscription)
	app.Post("/avvisami/:token/disiscrizione", z.Unsubscribe)

	app.Get("/iscrizioni/:token", z.Registration)
	app.Post("/iscrizioni/:token/cancellazione", z.CancelRegistration)
	app.Post("/iscrizioni/:token/accettazione", z.AcceptOffer)

	consultation := app.Group("/consultazioni/:consultation")
	consultation.Get("/", z.Home)
	consultation.Get("/linee-guida", z.Guidelines)
	consultation.Get("/linee-guida/:guideline", z.Guideline)
	consultation.Post("/linee-guida/:guideline/contributi", z.Contribute)
	consultation.Post("/linee-guida/:guideline/avvisami", z.FollowGuideline)
	consultation.Get("/linee-guida/:guideline/commenti", z.Comments)
	consultation.Get("/linee-guida/:guideline/commenti/:id", z.Conversation)
	consultation.Post("/linee-guida/:guideline/commenti/:id/risposte", z.Reply)
	consultation.Post("/linee-guida/:guideline/commenti/:id/sostegni", z.Support)
	consultation.Get("/incontri", z.Meetings)
	consultation.Get("/incontri/:meeting.ics", z.MeetingCalendar)
	consultation.Get("/incontri/:meeting", z.Meeting)
	consultation.Get("/incontri/:meeting/telefonata", z.WillCall)
	consultation.Get("/incontri/:meeting/iscrizioni", z.BackToMeeting)
	consultation.Post("/incontri/:meeting/iscrizioni", z.Register)
	consultation.Get("/incontri/:meeting/avvisami", z.BackToMeeting)
	consultation.Post("/incontri/:meeting/avvisami", z.FollowMeeting)
	consultation.Get("/atti", z.Acts)
	consultation.Get("/domande-frequenti", z.FAQs)
	consultation.Get("/avvisi", z.Notices)

	y := mayors.New(deps)
	report := app.Group("/sindaci")
	// Organisers read what the offices read; only an office answers.
	reads, answers := web.For(models.RoleMayor, models.RoleOrganiser), web.For(models.RoleMayor)
	report.Get("/", reads, y.Report)
	report.Get("/comuni/:municipality", reads, y.TownReport)
	report.Get("/righe/persone", reads, y.Participants)
	report.Get("/righe/pareri", reads, y.Opinions)
	report.Get("/righe/commenti", reads, y.Comments)
	report.Get("/righe/iscrizioni", reads, y.Registrations)
	report.Get("/righe/presenze", reads, y.Attendances)
	report.Get("/esportazioni/pareri.csv", reads, y.OpinionsTable)
	report.Get("/esportazioni/commenti.csv", reads, y.CommentsTable)
	report.Get("/esportazioni/iscrizioni.csv", reads, y.RegistrationsTable)
	report.Get("/esportazioni/partecipazione.csv", reads, y.ParticipationTable)
	report.Get("/commenti/:id", reads, y.Comment)
	report.Post("/commenti/:id/risposte", answers, y.Answer)
	report.Get("/proposte/:guideline", reads, y.Guideline)
	report.Post("/proposte/:guideline/risposte", answers, y.Respond)

	o := organisers.New(deps, worker.Mailer.EmptyFolder)
	office := app.Group("/segreteria", web.For(models.RoleOrganiser))
	office.Get("/", o.Desk)
	office.Get("/registro", o.History)
	office.Get("/dati-di-prova", o.EmptyPage)
	office.Post("/dati-di-prova", o.Empty)
	office.Get("/impostazioni", o.Settings)
	office.Post("/impostazioni", o.Settings)

	office.Get("/testi", o.Texts)
	office.Get("/testi/linee-guida/:slug", o.Guideline)
	office.Post("/testi/linee-guida/:slug", o.Guideline)
	office.Get("/testi/atti/:id", o.Act)
	office.Post("/testi/atti/:id", o.Act)
	office.Post("/testi/atti/:id/documento", o.Attach)
	office.Post("/testi/atti/:id/documento/rimozione", o.Detach)
	office.Get("/testi/domande/:id", o.FAQ)
	office.Post("/testi/domande/:id", o.FAQ)
	office.Get("/testi/avvisi/:id", o.Notice)
	office.Post("/testi/avvisi/:id", o.Notice)
	office.Post("/testi/:kind/:id/rimozione", o.Remove)
	office.Get("/testi/fasi/:number", o.Phase)
	office.Post("/testi/fasi/:number", o.Phase)
	office.Get("/testi/pagine/:slug", o.PageText)
	office.Post("/testi/pagine/:slug", o.PageText)
	office.Get("/testi/comuni/:slug", o.Contacts)
	office.Post("/testi/comuni/:slug", o.Contacts)

	office.Get("/commenti", o.Comments)
	office.Get("/commenti/:id", o.Comment)
	office.Post("/commenti/:id/oscuramento", o.Hide)
	office.Post("/commenti/:id/ripristino", o.Restore)
	office.Post("/commenti/:id/pubblicazione", o.Publish)

	evening := office.Group("/incontri/:slug")
	evening.Get("/", o.Meeting)
	evening.Post("/ricerca", o.Search)
	evening.Get("/modifica", o.EditMeeting)
	evening.Post("/modifica", o.EditMeeting)
	evening.Get("/messaggio", o.Message)
	evening.Post("/messaggio", o.Message)
	evening.Get("/foglio-presenze", o.Sheet)
	evening.Get("/iscrizioni.csv", o.CSV)
	evening.Get("/iscrizioni.xlsx", o.XLSX)
	evening.Get("/iscrizioni/nuova", o.Register)
	evening.Post("/iscrizioni/nuova", o.Register)
	evening.Post("/iscrizioni/:id/conferma", o.Confirm)
	evening.Post("/iscrizioni/:id/accettazione", o.Accept)
	evening.Post("/iscrizioni/:id/annullamento", o.Cancel)
	evening.Post("/iscrizioni/:id/presenza", o.Mark)
	evening.Post("/iscrizioni/:id/presenza/annullamento", o.Unmark)
	evening.Post("/senza-iscrizione", o.WalkIn)
	evening.Post("/senza-iscrizione/:id/annullamento", o.RemoveWalkIn)

	if deps.Config.Development && deps.Config.SMTPURL == "" {
		a := administration.New(deps, worker.Mailer)
		app.Get("/posta", a.Mailbox)
		app.Get("/posta/:id", a.Mail)
		app.Get("/posta/:id/html", a.MailHTML)
	}

	return app
}
