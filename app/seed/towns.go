// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// theTowns are the two municipalities. Their telephone numbers and addresses
// for the consultation are not known yet.
func theTowns(organisation uuid.UUID) []models.Municipality {
	return []models.Municipality{
		{
			ID: newID(), OrganisationID: organisation, Position: 1, Slug: "carmignano", Name: "Carmignano",
			IstatCode: "100002", CadastralCode: "B794", PostalCodes: []string{"59015", "59011"},
			HallAddress: "Piazza Matteotti 1, 59015 Carmignano (PO)", Latitude: new(43.81027), Longitude: new(11.01494),
			Hamlets: []string{"Artimino", "Bacchereto", "Comeana", "La Serra", "Poggio alla Malva", "Santa Cristina a Mezzana", "Seano"},
		},
		{
			ID: newID(), OrganisationID: organisation, Position: 2, Slug: "poggio-a-caiano", Name: "Poggio a Caiano",
			IstatCode: "100004", CadastralCode: "G754", PostalCodes: []string{"59016"},
			HallAddress: "Via Cancellieri 4, 59016 Poggio a Caiano (PO)", Latitude: new(43.81547), Longitude: new(11.05393),
			Hamlets: []string{"Poggetto"},
		},
	}
}

// thePopulations are the residents that are known, each of its year; who published them is still to be confirmed.
func thePopulations(towns []models.Municipality, now time.Time) []models.Population {
	return []models.Population{
		{MunicipalityID: towns[0].ID, Year: 2020, People: 14_856, NotedAt: now},
		{MunicipalityID: towns[1].ID, Year: 2018, People: 10_071, NotedAt: now},
	}
}

// reservedName is a name that no participant may bear.
type reservedName struct {
	bun.BaseModel `bun:"table:reserved_names"`

	OrganisationID uuid.UUID `bun:",pk"`
	Name           string    `bun:",pk"`
}

// theReservedNames are those of the mayors whom the chronology names, so that
// nobody speaks in their place. Staff's own names are reserved in any case.
func theReservedNames(organisation uuid.UUID) []reservedName {
	return []reservedName{{OrganisationID: organisation, Name: "Edoardo Prestanti"}, {OrganisationID: organisation, Name: "Marco Martini"}}
}

// How many seats a hall has is not known. Staff set it when they confirm the
// place; until then this many can be registered for, and some stay free for
// those who come without registering.
const (
	unconfirmedCapacity = 100
	unconfirmedWalkIns  = 20
)

// theMeetings are the two that were promised, one in each town, without a day.
// The hall is the likely one: a meeting that nobody has confirmed shows its
// place as to be confirmed. The coordinates are the town's.
func theMeetings(consultation uuid.UUID, towns []models.Municipality, now time.Time) ([]models.Meeting, error) {
	d, err := read("incontro")
	if err != nil {
		return nil, err
	}
	halls := map[string]struct{ venue, address string }{
		"carmignano":      {"Sala consiliare, palazzo comunale", "Piazza Matteotti 1, 59015 Carmignano (PO)"},
		"poggio-a-caiano": {"Sala della Giostra", "59016 Poggio a Caiano (PO)"},
	}
	meetings := make([]models.Meeting, len(towns))
	for i, town := range towns {
		hall := halls[town.Slug]
		meetings[i] = models.Meeting{
			ID: newID(), ConsultationID: consultation, MunicipalityID: town.ID, Slug: town.Slug,
			Title: models.Text{"it": "Incontro pubblico a " + town.Name, "en": "Public meeting in " + town.Name},
			Body:  join(d.Lead, d.Sections), Venue: hall.venue, Address: hall.address,
			Latitude: town.Latitude, Longitude: town.Longitude,
			Capacity: unconfirmedCapacity, WalkInSeats: unconfirmedWalkIns, UpdatedAt: now,
		}
	}
	return meetings, nil
}
