-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What staff say in an e-mail instead of the program's own words; what is empty is the program's. Who changed what, and
-- when, is in the log.
CREATE TABLE mail_texts (
    organisation_id uuid NOT NULL REFERENCES organisations,
    template text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL DEFAULT '' CHECK (subject !~ '[\r\n]'),
    opening text NOT NULL DEFAULT '',
    closing text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (organisation_id, template, language),
    CHECK (subject || opening || closing <> '')
);
