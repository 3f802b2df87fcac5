-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Names that no participant may bear, beside those of staff and municipalities: people in public office.
-- Personal data: names of people in office, so that nobody speaks in their place; until the consultation ends.
CREATE TABLE reserved_names (
    organisation_id uuid NOT NULL REFERENCES organisations,
    name text NOT NULL CHECK (name <> ''),
    PRIMARY KEY (organisation_id, name)
);
