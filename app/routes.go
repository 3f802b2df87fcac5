// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/administration"
	"ultimaparola/app/citizens"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mayors"
	"ultimaparola/app/organisers"
	"ultimaparola/app/staff"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// Who may use an address. An administrator may use every one that is for staff; to everybody else of the staff an
// address that is not theirs does not exist.
var (
	everybody  = web.Everybody
	collecting = web.Collecting // everybody; what is posted is personal data, so the information notice must be complete

	preparing         = web.For(models.RoleOrganiser) // before there is a consultation, too
	organising        = preparing.OnConsultation()
	takingDown        = organising.ThatCollects() // what people say by telephone, at the counter, on paper
	deskReaders       = web.For(models.RoleOrganiser, models.RoleObserver)
	moderation        = web.For(models.RoleOrganiser, models.RoleModerator).OnConsultation()
	moderationReaders = web.For(models.RoleOrganiser, models.RoleModerator, models.RoleObserver).OnConsultation()
	readers           = web.For(models.RoleMayor, models.RoleOrganiser, models.RoleObserver).OnConsultation()
	offices           = web.For(models.RoleMayor).OnConsultation() // only an office answers
	administrators    = web.For()
	anyStaff          = web.For(models.Roles...)

	atDoor = web.AtDoor // who holds a pass for the doors of the meeting, and no staff without one
)

// route is one address: who may use it, and what it does.
type route struct {
	method, path string
	who          web.Access
	do           fiber.Handler
}

func get(path string, who web.Access, do fiber.Handler) route {
	return route{fiber.MethodGet, path, who, do}
}

func post(path string, who web.Access, do fiber.Handler) route {
	return route{fiber.MethodPost, path, who, do}
}

// newServer is the program's server, with every address of the tables below. Each is also there in the other languages,
// under /en and so on.
func newServer(deps web.Deps, worker *jobs.Worker) *fiber.App {
	return serverOf(deps, routes(deps, worker))
}

func serverOf(deps web.Deps, table []route) *fiber.App {
	app := web.NewServer(deps)
	for _, r := range table {
		add := app.Get // and HEAD
		if r.method == fiber.MethodPost {
			add = app.Post
		}
		add(r.path, deps.Guard(r.who), r.do)
	}
	return app
}

// routes is the table of contents: every address of the program with who may use it, grouped by whom it serves.
func routes(deps web.Deps, worker *jobs.Worker) []route {
	table := []route{
		get("/public/*", everybody, web.Assets),
		get("/aspetto/:name", everybody, web.Look),
		get("/status", everybody, web.Status(deps, worker.Status)),
	}
	segreteria := organisers.New(deps, worker.Mailer.EmptyFolder)
	setup := administration.New(deps, worker.Mailer)
	table = slices.Concat(table, citizenRoutes(citizens.New(deps)), staffRoutes(staff.New(deps)), officeRoutes(mayors.New(deps)),
		organiserRoutes(segreteria), doorRoutes(segreteria), administrationRoutes(setup))
	if deps.Config.Development && deps.Config.SMTPURL == "" {
		table = append(table, mailboxRoutes(setup)...)
	}
	return table
}

func citizenRoutes(z *citizens.Citizens) []route {
	return []route{
		get("/", everybody, z.Home),
		get("/robots.txt", everybody, z.Robots),
		get("/privacy", everybody, z.Privacy),
		get("/note-legali", everybody, z.Text("note-legali")),
		get("/regole", everybody, z.Text("regole")),
		get("/assistenza", everybody, z.Assistance),
		get("/mappa-del-sito", everybody, z.SiteMap),
		get("/documenti/:id", everybody, z.File),
		get("/stemmi/:id", everybody, z.Crest),
		post("/valutazioni", everybody, z.Rate),

		get("/accedi", everybody, z.SignInPage),
		post("/accedi", collecting, z.SignIn),
		post("/uscita", everybody, z.SignOut),
		get("/area-personale", everybody, z.PersonalArea),
		post("/area-personale/pareri/:id/ritiro", everybody, z.WithdrawOpinion),
		post("/area-personale/commenti/:id/ritiro", everybody, z.WithdrawComment),
		post("/area-personale/avvisi/:id/disiscrizione", everybody, z.EndFollow),
		get("/conferme/attesa/:id", everybody, z.Mailbox),
		post("/conferme/attesa/:id", everybody, z.ConfirmByCode),
		post("/conferme/attesa/:id/invii", everybody, z.MailAgain),
		get("/conferme/:token", everybody, z.Confirmation),
		post("/conferme/:token", everybody, z.Confirm),

		get("/avvisami/:token/disiscrizione", everybody, z.Unsubscription),
		post("/avvisami/:token/disiscrizione", everybody, z.Unsubscribe),

		get("/iscrizioni/:token", everybody, z.Registration),
		get("/iscrizioni/:token/rinuncia", everybody, z.GiveUp),
		post("/iscrizioni/:token/cancellazione", everybody, z.CancelRegistration),
		post("/iscrizioni/:token/accettazione", everybody, z.AcceptOffer),
		get("/iscrizioni/:token/posti", everybody, z.BackToRegistration),
		post("/iscrizioni/:token/posti", everybody, z.ChangeParty),
		post("/iscrizioni/:token/riconferma", everybody, z.Reconfirm),
		get("/iscrizioni/:token/valutazione", everybody, z.Rating),
		post("/iscrizioni/:token/valutazione", everybody, z.RateMeeting),

		get("/sala/:token", everybody, z.Room),
		get("/sala/:token/proiezione", everybody, z.Projector),
		get("/sala/:token/domande", everybody, z.BackToRoom),
		get("/sala/:token/valutazione", everybody, z.BackToRoom),
		post("/sala/:token/valutazione", collecting, z.RateInRoom),
		post("/sala/:token/domande", collecting, z.AskFromFloor),
		post("/sala/:token/domande/:id/sostegno", collecting, z.SupportQuestion),

		get("/consultazioni/:consultation", everybody, z.Home),
		get("/consultazioni/:consultation/linee-guida", everybody, z.Guidelines),
		get("/consultazioni/:consultation/linee-guida/:guideline", everybody, z.Guideline),
		post("/consultazioni/:consultation/linee-guida/:guideline/contributi", collecting, z.Contribute),
		post("/consultazioni/:consultation/linee-guida/:guideline/avvisami", collecting, z.FollowGuideline),
		get("/consultazioni/:consultation/linee-guida/:guideline/commenti", everybody, z.Comments),
		get("/consultazioni/:consultation/linee-guida/:guideline/commenti/:id", everybody, z.Conversation),
		post("/consultazioni/:consultation/linee-guida/:guideline/commenti/:id/risposte", collecting, z.Reply),
		post("/consultazioni/:consultation/linee-guida/:guideline/commenti/:id/sostegni", collecting, z.Support),
		get("/consultazioni/:consultation/incontri", everybody, z.Meetings),
		get("/consultazioni/:consultation/incontri/:meeting.ics", everybody, z.MeetingCalendar),
		get("/consultazioni/:consultation/incontri/:meeting", everybody, z.Meeting),
		get("/consultazioni/:consultation/incontri/:meeting/telefonata", everybody, z.WillCall),
		get("/consultazioni/:consultation/incontri/:meeting/iscrizioni", everybody, z.BackToMeeting),
		post("/consultazioni/:consultation/incontri/:meeting/iscrizioni", collecting, z.Register),
		get("/consultazioni/:consultation/incontri/:meeting/avvisami", everybody, z.BackToMeeting),
		post("/consultazioni/:consultation/incontri/:meeting/avvisami", collecting, z.FollowMeeting),
		get("/consultazioni/:consultation/atti", everybody, z.Acts),
		get("/consultazioni/:consultation/domande-frequenti", everybody, z.FAQs),
		get("/consultazioni/:consultation/avvisi", everybody, z.Notices),
	}
}

// staffRoutes are how whoever works here comes in and is known.
func staffRoutes(s *staff.Staff) []route {
	return []route{
		get("/primo-accesso/:token", everybody, s.FoundingPage),
		post("/primo-accesso/:token", everybody, s.Found),
		get("/accesso-uffici", everybody, s.SignInPage),
		post("/accesso-uffici", everybody, s.SignIn),
		post("/accesso-uffici/passkey/sfida", everybody, s.AskPasskey),
		post("/accesso-uffici/passkey", everybody, s.ProveByPasskey),
		get(web.SecondFactor, anyStaff.Half(), s.SecondFactor),
		post(web.SecondFactor, anyStaff.Half(), s.ProveByCode),

		get("/il-mio-accesso", anyStaff, s.Account),
		get("/il-mio-accesso/app", anyStaff.Half().Now(), s.AppPage),
		post("/il-mio-accesso/app", anyStaff.Half().Now(), s.AddApp),
		post("/il-mio-accesso/app/rimozione", anyStaff.Now(), s.RemoveApp),
		post("/il-mio-accesso/passkey/sfida", anyStaff.Half().Now(), s.BeginPasskey),
		post("/il-mio-accesso/passkey", anyStaff.Half().Now(), s.AddPasskey),
		post("/il-mio-accesso/passkey/:id/rimozione", anyStaff.Now(), s.RemovePasskey),
		get("/il-mio-accesso/codici", anyStaff.Now(), s.CodesPage),
		post("/il-mio-accesso/codici", anyStaff.Now(), s.NewCodes),
		post("/il-mio-accesso/sessioni/:name/chiusura", anyStaff, s.EndSession),
		post("/il-mio-accesso/riepilogo", preparing, s.WantDigest),
		post("/il-mio-accesso/riepilogo/disdetta", preparing, s.EndDigest),

		get("/amministrazione/personale", administrators, s.Accounts),
		get("/amministrazione/personale/nuovo", administrators.Again(), s.Invite),
		post("/amministrazione/personale/nuovo", administrators.Again(), s.Invite),
		get("/amministrazione/personale/:id", administrators.Again(), s.EditAccount),
		post("/amministrazione/personale/:id", administrators.Again(), s.EditAccount),
		post("/amministrazione/personale/:id/chiusura", administrators.Again(), s.Close),
		post("/amministrazione/personale/:id/riapertura", administrators.Again(), s.Reopen),
		post("/amministrazione/personale/:id/secondo-fattore", administrators.Again(), s.ResetFactors),
		post("/amministrazione/personale/:id/sessioni", administrators.Again(), s.EndSessions),
	}
}

func officeRoutes(y *mayors.Mayors) []route {
	return []route{
		get("/sindaci", readers, y.Report),
		get("/sindaci/comuni/:municipality", readers, y.TownReport),
		get("/sindaci/righe/persone", readers, y.Participants),
		get("/sindaci/righe/pareri", readers, y.Opinions),
		get("/sindaci/righe/commenti", readers, y.Comments),
		get("/sindaci/righe/iscrizioni", readers, y.Registrations),
		get("/sindaci/righe/presenze", readers, y.Attendances),
		get("/sindaci/righe/domande", readers, y.Questions),
		get("/sindaci/righe/valutazioni", readers, y.Ratings),
		get("/sindaci/esportazioni/incontri.csv", readers, y.MeetingsTable),
		get("/sindaci/esportazioni/pareri.csv", readers, y.OpinionsTable),
		get("/sindaci/esportazioni/commenti.csv", readers, y.CommentsTable),
		get("/sindaci/esportazioni/iscrizioni.csv", readers, y.RegistrationsTable),
		get("/sindaci/esportazioni/partecipazione.csv", readers, y.ParticipationTable),
		get("/sindaci/commenti/:id", readers, y.Comment),
		post("/sindaci/commenti/:id/risposte", offices, y.Answer),
		get("/sindaci/proposte/:guideline", readers, y.Guideline),
		post("/sindaci/proposte/:guideline/risposte", offices, y.Respond),
	}
}

// doorRoutes are how a device takes a door's pass, and what it then does at the door: that and nothing else.
func doorRoutes(o *organisers.Organisers) []route {
	return []route{
		get("/ingresso/:token", everybody, o.PassOffered),
		post("/ingresso/:token", everybody, o.TakePass),
		get("/segreteria/incontri/:slug/ingresso", atDoor, o.Door),
		get("/segreteria/incontri/:slug/ingresso/servizio.js", atDoor, o.DoorWorker),
		get("/segreteria/incontri/:slug/ingresso/elenco", atDoor, o.DoorList),
		post("/segreteria/incontri/:slug/ingresso/ricerca", atDoor, o.SearchAtDoor),
		post("/segreteria/incontri/:slug/ingresso/presenze", atDoor, o.EnterAtDoor),
		post("/segreteria/incontri/:slug/ingresso/senza-iscrizione", atDoor, o.WalkInAtDoor),
		get("/segreteria/incontri/:slug/ingresso/arrivi", atDoor, o.LastArrivals),
		post("/segreteria/incontri/:slug/ingresso/arrivi", atDoor.Late(), o.RecordArrivals),
		post("/segreteria/incontri/:slug/ingresso/arrivi/:id/annullamento", atDoor, o.UndoAtDoor),
	}
}

func administrationRoutes(a *administration.Administration) []route {
	return []route{
		get("/amministrazione", administrators, a.Home),
		get("/amministrazione/organizzazione", administrators, a.Organisation),
		post("/amministrazione/organizzazione", administrators, a.Organisation),
		get("/amministrazione/aspetto", administrators, a.Look),
		post("/amministrazione/aspetto", administrators, a.Look),
		get("/amministrazione/stemma", administrators, a.Crest),
		post("/amministrazione/stemma", administrators, a.Crest),
		post("/amministrazione/stemma/rimozione", administrators, a.RemoveCrest),
		get("/amministrazione/comuni", administrators, a.Municipalities),
		get("/amministrazione/comuni/nuovo", administrators, a.AddMunicipality),
		post("/amministrazione/comuni/nuovo", administrators, a.AddMunicipality),
		get("/amministrazione/comuni/:slug", administrators, a.Municipality),
		post("/amministrazione/comuni/:slug", administrators, a.Municipality),
		post("/amministrazione/comuni/:slug/posizione", administrators, a.MoveMunicipality),
		post("/amministrazione/comuni/:slug/rimozione", administrators, a.RemoveMunicipality),
		get("/amministrazione/comuni/:slug/popolazione", administrators, a.Population),
		post("/amministrazione/comuni/:slug/popolazione", administrators, a.SavePopulation),
		post("/amministrazione/comuni/:slug/popolazione/eta", administrators, a.SaveAges),
		post("/amministrazione/comuni/:slug/popolazione/:year/rimozione", administrators, a.RemovePopulation),
		get("/amministrazione/comuni/:slug/stemma", administrators, a.TownCrest),
		post("/amministrazione/comuni/:slug/stemma", administrators, a.TownCrest),
		post("/amministrazione/comuni/:slug/stemma/rimozione", administrators, a.RemoveTownCrest),
		get("/amministrazione/email", preparing, a.Mails),
		get("/amministrazione/email/:slug", preparing, a.MailText),
		post("/amministrazione/email/:slug", preparing, a.MailText),
		post("/amministrazione/email/:slug/originale", preparing, a.ForgetMailText),
		post("/amministrazione/email/:slug/prova", preparing, a.TryMail),
		get("/amministrazione/privacy", deskReaders, a.Privacy),
		get("/amministrazione/privacy/contitolari", administrators, a.Controllers),
		post("/amministrazione/privacy/contitolari", administrators, a.Controllers),
		get("/amministrazione/privacy/contitolari/:slug", administrators, a.OwnDPO),
		post("/amministrazione/privacy/contitolari/:slug", administrators, a.OwnDPO),
		get("/amministrazione/privacy/basi", administrators, a.LegalBasis),
		post("/amministrazione/privacy/basi", administrators, a.LegalBasis),
		get("/amministrazione/privacy/destinatari", administrators, a.Recipients),
		post("/amministrazione/privacy/destinatari", administrators, a.Recipients),
		get("/amministrazione/privacy/conservazione", administrators, a.Retention),
		post("/amministrazione/privacy/conservazione", administrators, a.Retention),
		get("/amministrazione/privacy/diritti", administrators, a.Rights),
		post("/amministrazione/privacy/diritti", administrators, a.Rights),
		get("/amministrazione/consultazioni", administrators, a.Consultations),
		get("/amministrazione/consultazioni/nuovo", administrators, a.AddConsultation),
		post("/amministrazione/consultazioni/nuovo", administrators, a.AddConsultation),
		get("/amministrazione/consultazioni/:consultation", administrators, a.Consultation),
		get("/amministrazione/consultazioni/:consultation/copia", administrators, a.CopyConsultation),
		post("/amministrazione/consultazioni/:consultation/copia", administrators, a.CopyConsultation),
		get("/amministrazione/consultazioni/:consultation/pubblicazione", administrators.Again(), a.PublicationPage),
		post("/amministrazione/consultazioni/:consultation/pubblicazione", administrators.Again(), a.Publish),
		get("/amministrazione/consultazioni/:consultation/archiviazione", administrators.Again(), a.ArchivingPage),
		post("/amministrazione/consultazioni/:consultation/archiviazione", administrators.Again(), a.Archive),
		post("/amministrazione/consultazioni/:consultation/archiviazione/annullamento", administrators.Again(), a.Unarchive),
		get("/amministrazione/consultazioni/:consultation/regole", administrators, a.Rules),
		post("/amministrazione/consultazioni/:consultation/regole", administrators, a.Rules),
	}
}

// mailboxRoutes show, in development, the e-mails that are kept instead of sent.
func mailboxRoutes(a *administration.Administration) []route {
	return []route{
		get("/posta", everybody, a.Mailbox),
		get("/posta/:id", everybody, a.Mail),
		get("/posta/:id/html", everybody, a.MailHTML),
		get("/posta/:id/file/:name", everybody, a.MailFile),
	}
}
