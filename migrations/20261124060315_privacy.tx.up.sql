-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the information notice (GDPR art. 13) is generated from, one row an organisation; empty: not decided yet. Who
-- changed what, and when, is in the log; what people could read is in privacy_notices.
-- Personal data: name and work address of the data protection officer, to be told to everybody; until replaced.
CREATE TABLE privacy_settings (
    organisation_id uuid PRIMARY KEY REFERENCES organisations,
    -- The joint controllers' agreement (art. 26); asked for where there is more than one municipality.
    agreement text NOT NULL DEFAULT '',
    agreement_on date,
    agreement_url text NOT NULL DEFAULT '',
    -- The data protection officer of every municipality that has none of its own.
    dpo_name text NOT NULL DEFAULT '',
    dpo_contact text NOT NULL DEFAULT '',
    -- The act that starts the consultation, what gives the municipalities the task (art. 6(1)(e)), and what lets them
    -- take note of access needs (art. 9(2)).
    act text NOT NULL DEFAULT '',
    act_url text NOT NULL DEFAULT '',
    law text NOT NULL DEFAULT '',
    needs_basis text NOT NULL DEFAULT '',
    host_name text NOT NULL DEFAULT '',
    host_country text NOT NULL DEFAULT '',
    mail_name text NOT NULL DEFAULT '',
    mail_country text NOT NULL DEFAULT '',
    outside_eu text NOT NULL DEFAULT '' CHECK (outside_eu IN ('', 'no', 'yes')),
    safeguards text NOT NULL DEFAULT '',
    rights_contact text NOT NULL DEFAULT '',
    -- How long: months after a consultation's last phase for what people wrote, days after a meeting for who registered,
    -- months for the texts in the log of changes, days for the web server's own log, which the program does not write.
    contributions_months int CHECK (contributions_months > 0),
    registrations_days int NOT NULL DEFAULT 30 CHECK (registrations_days > 0),
    log_months int CHECK (log_months > 0),
    server_log_days int CHECK (server_log_days >= 0),
    -- When the impact assessment (art. 35) was done; NULL: it was not, and nothing that needs it can be switched on.
    dpia_on date,
    further jsonb NOT NULL DEFAULT '{}',
    CHECK (outside_eu <> 'yes' OR safeguards <> '')
);

-- A municipality's own data protection officer; empty: the one of privacy_settings. Personal data: as there.
ALTER TABLE municipalities ADD COLUMN dpo_name text NOT NULL DEFAULT '', ADD COLUMN dpo_contact text NOT NULL DEFAULT '';

-- The information notice as people could read it, each text from its published_at to the next one's.
CREATE TABLE privacy_notices (
    organisation_id uuid NOT NULL REFERENCES organisations,
    number int NOT NULL CHECK (number > 0),
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, number)
);
-- Until now it was one of the texts that staff wrote; the program of before, which may still run beside, shows that.
INSERT INTO privacy_notices SELECT organisation_id, 1, title, body, updated_at FROM pages WHERE slug = 'privacy';
