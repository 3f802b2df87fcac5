-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How somebody takes part: on this site, or on a paper form that staff typed in.
ALTER TABLE people ADD COLUMN channel text NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'paper'));

-- Each paper form is one person, found by the number written on it, so that none counts twice. Personal data: as long as
-- the person; the sheet itself stays with the office.
CREATE TABLE paper_forms (
    consultation_id uuid NOT NULL REFERENCES consultations,
    number text NOT NULL CHECK (number <> ''),
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    staff_id uuid REFERENCES staff,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, number)
);
CREATE INDEX ON paper_forms (person_id);
