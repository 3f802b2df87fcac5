-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Two more roles: who moderates comments alone, and who reads and changes nothing.
ALTER TABLE staff DROP CONSTRAINT staff_role_check,
    ADD CONSTRAINT staff_role_check CHECK (role IN ('administrator', 'organiser', 'moderator', 'mayor', 'observer'));

-- The municipalities that somebody serves beside staff.municipality_id; who serves all has neither.
CREATE TABLE staff_municipalities (
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    municipality_id uuid NOT NULL REFERENCES municipalities,
    PRIMARY KEY (staff_id, municipality_id)
);

-- A member of staff is idle since then; NULL in a person's session, which does not end by idleness.
ALTER TABLE sessions ADD COLUMN seen_at timestamptz,
    -- When the second factor was last shown in this session; NULL: not yet, and nothing but that can be done.
    ADD COLUMN proved_at timestamptz,
    -- "Firefox, Linux": by which one tells one's own sessions apart. Personal data: as long as the session.
    ADD COLUMN browser text NOT NULL DEFAULT '',
    -- The consultation that a member of staff works on; NULL: the newest.
    ADD COLUMN consultation_id uuid REFERENCES consultations ON DELETE SET NULL;
-- Sessions of staff opened before there was a second factor ask for it at the next page.
CREATE INDEX sessions_staff ON sessions (staff_id) WHERE staff_id IS NOT NULL;

-- The second factor of staff. Personal data: as long as the account; until then who may act is proved by it.
-- The secret is encrypted with the program's, so that a copy of the database opens nothing (RFC 6238).
ALTER TABLE staff ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_since timestamptz,
    -- The last time step whose code was used: a code is good once.
    ADD COLUMN totp_step bigint NOT NULL DEFAULT 0,
    -- Wrong codes since the last right one, and until when no more are tried.
    ADD COLUMN factor_attempts int NOT NULL DEFAULT 0,
    ADD COLUMN factor_locked_until timestamptz;
CREATE TABLE staff_passkeys (
    id bytea PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    credential jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX ON staff_passkeys (staff_id);
CREATE TABLE staff_recovery_codes (
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (staff_id, code_hash)
);
