-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who the organisation is, how it and its municipalities are reached, how they look, and how many people live there.

-- Coats of arms as they are served: drawn anew by the program. The id is the beginning of the content's SHA-256.
CREATE TABLE crests (
    id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{32}$'),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/svg+xml')),
    content bytea NOT NULL CHECK (octet_length(content) <= 1048576)
);

ALTER TABLE organisations
    -- A legal person of its own, such as an Unione dei Comuni, signs with its name; else its municipalities sign.
    ADD COLUMN legal_person boolean NOT NULL DEFAULT false,
    -- Stands for the whole name where there is little room.
    ADD COLUMN short_name text NOT NULL DEFAULT '',
    ADD COLUMN ipa_code text NOT NULL DEFAULT '',
    ADD COLUMN fiscal_code text NOT NULL DEFAULT '' CHECK (fiscal_code ~ '^([0-9]{11})?$'),
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN phone text NOT NULL DEFAULT '',
    ADD COLUMN email text NOT NULL DEFAULT '',
    ADD COLUMN pec text NOT NULL DEFAULT '',
    -- By day of the week: {"mon": "8:30-13:00, 15:00-17:30"}.
    ADD COLUMN hours jsonb NOT NULL DEFAULT '{}',
    -- '': the blue of Bootstrap Italia.
    ADD COLUMN accent text NOT NULL DEFAULT '' CHECK (accent ~ '^(#[0-9a-f]{6})?$'),
    ADD COLUMN crest_id text REFERENCES crests,
    ADD COLUMN accessibility_url text NOT NULL DEFAULT '',
    ADD COLUMN albo_url text NOT NULL DEFAULT '',
    ADD COLUMN transparency_url text NOT NULL DEFAULT '';

ALTER TABLE municipalities
    ADD COLUMN ipa_code text NOT NULL DEFAULT '',
    ADD COLUMN hours jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN crest_id text REFERENCES crests,
    ADD COLUMN albo_url text NOT NULL DEFAULT '',
    ADD COLUMN transparency_url text NOT NULL DEFAULT '',
    ADD CONSTRAINT municipalities_istat_code CHECK (istat_code ~ '^([0-9]{6})?$'),
    ADD CONSTRAINT municipalities_cadastral_code CHECK (cadastral_code ~ '^([A-Z][0-9]{3})?$');
CREATE UNIQUE INDEX municipalities_istat_code_once ON municipalities (istat_code) WHERE istat_code <> '';
CREATE UNIQUE INDEX municipalities_cadastral_code_once ON municipalities (cadastral_code) WHERE cadastral_code <> '';

-- How many people live in a municipality, as somebody published it: no figure is the program's own.
CREATE TABLE populations (
    municipality_id uuid NOT NULL REFERENCES municipalities ON DELETE CASCADE,
    year int NOT NULL CHECK (year BETWEEN 1861 AND 2100),
    people int NOT NULL CHECK (people >= 0),
    source text NOT NULL,
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, year)
);
-- The same by age, where it was loaded; without age_to: that age and over.
CREATE TABLE population_ages (
    municipality_id uuid NOT NULL,
    year int NOT NULL,
    age_from int NOT NULL CHECK (age_from BETWEEN 0 AND 150),
    age_to int CHECK (age_to BETWEEN age_from AND 150),
    people int NOT NULL CHECK (people >= 0),
    PRIMARY KEY (municipality_id, year, age_from),
    FOREIGN KEY (municipality_id, year) REFERENCES populations ON DELETE CASCADE
);
-- municipalities.residents and residents_year stay as they are for the program of before, which may still run beside.
INSERT INTO populations (municipality_id, year, people, source, noted_at)
SELECT id, residents_year, residents, '', now() FROM municipalities WHERE residents IS NOT NULL AND residents_year IS NOT NULL;
