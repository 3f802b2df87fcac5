-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The whole consultation. Conventions:
--   * consultation_id comes first in the keys of the tables that grow, so that they can be distributed by it;
--   * ids are UUIDv7 made by the program; times are timestamptz, written by the program in UTC;
--   * jsonb columns named title, body, … hold one text per language: {"it": "…", "en": "…"};
--   * each table that holds personal data says what for and until when ("Personal data: …").

CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    -- Set while invented data are loaded; every page then says so.
    demo_since timestamptz
);

CREATE TABLE municipalities (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    position int NOT NULL,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
    name text NOT NULL CHECK (name <> ''),
    istat_code text NOT NULL,
    cadastral_code text NOT NULL,
    postal_codes text[] NOT NULL DEFAULT '{}',
    hall_address text NOT NULL DEFAULT '',
    latitude double precision,
    longitude double precision,
    residents int,
    residents_year int,
    hamlets text[] NOT NULL DEFAULT '{}',
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    pec text NOT NULL DEFAULT ''
);

CREATE TABLE pages (
    organisation_id uuid NOT NULL REFERENCES organisations,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9-]+$'),
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, slug)
);

CREATE TABLE consultations (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
    title jsonb NOT NULL,
    summary jsonb NOT NULL,
    body jsonb NOT NULL,
    -- Whether a comment appears as soon as its author has confirmed, or after a check by staff.
    publication text NOT NULL DEFAULT 'at_once' CHECK (publication IN ('at_once', 'after_check')),
    -- How long an unconfirmed registration, or an offer of a freed seat, holds its seats.
    hold_hours int NOT NULL DEFAULT 24 CHECK (hold_hours BETWEEN 1 AND 240),
    created_at timestamptz NOT NULL
);

CREATE TABLE phases (
    consultation_id uuid NOT NULL REFERENCES consultations,
    number int NOT NULL,
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    starts_on date,
    ends_on date,
    PRIMARY KEY (consultation_id, number),
    CONSTRAINT phases_end_after_start CHECK (ends_on >= starts_on)
);

-- Personal data: name and work address of employees, to give access; until the account is removed.
CREATE TABLE staff (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    municipality_id uuid REFERENCES municipalities,
    role text NOT NULL CHECK (role IN ('administrator', 'organiser', 'mayor')),
    name text NOT NULL CHECK (name <> ''),
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    CHECK (role <> 'mayor' OR municipality_id IS NOT NULL)
);

CREATE TABLE files (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE guidelines (
    id uuid PRIMARY KEY,
    consultation_id uuid NOT NULL REFERENCES consultations,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9-]+$'),
    position int NOT NULL,
    -- Name of the service, as in "Anagrafe".
    name jsonb NOT NULL,
    -- The person in charge of the service; empty: to be named.
    responsible text NOT NULL DEFAULT '',
    plan text NOT NULL DEFAULT 'awaited' CHECK (plan IN ('awaited', 'in_preparation', 'presented', 'approved')),
    UNIQUE (consultation_id, slug)
);

-- Texts are never overwritten: an edit is a new version, and the highest number is the current one.
CREATE TABLE guideline_versions (
    guideline_id uuid NOT NULL REFERENCES guidelines,
    number int NOT NULL CHECK (number > 0),
    title jsonb NOT NULL,
    in_brief jsonb NOT NULL,
    body jsonb NOT NULL,
    change_note text NOT NULL DEFAULT '',
    published_at timestamptz NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (guideline_id, number)
);

CREATE TABLE acts (
    id uuid PRIMARY KEY,
    consultation_id uuid NOT NULL REFERENCES consultations,
    -- The first day of the period that is known; date_precision says how much of it is.
    dated date NOT NULL,
    date_precision text NOT NULL DEFAULT 'day' CHECK (date_precision IN ('day', 'month', 'year')),
    issuer text NOT NULL,
    kind jsonb NOT NULL,
    number text NOT NULL DEFAULT '',
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    url text NOT NULL DEFAULT '',
    file_id uuid REFERENCES files
);
CREATE INDEX ON acts (consultation_id, dated);

CREATE TABLE faqs (
    id uuid PRIMARY KEY,
    consultation_id uuid NOT NULL REFERENCES consultations,
    position int NOT NULL,
    question jsonb NOT NULL,
    answer jsonb NOT NULL
);
CREATE INDEX ON faqs (consultation_id, position);

CREATE TABLE notices (
    id uuid PRIMARY KEY,
    consultation_id uuid NOT NULL REFERENCES consultations,
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    published_at timestamptz NOT NULL
);
CREATE INDEX ON notices (consultation_id, published_at);

CREATE TABLE meetings (
    id uuid PRIMARY KEY,
    consultation_id uuid NOT NULL REFERENCES consultations,
    municipality_id uuid NOT NULL REFERENCES municipalities,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9-]+$'),
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    venue text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    latitude double precision,
    longitude double precision,
    -- Date and place stay "to be confirmed" until staff confirm them.
    starts_at timestamptz,
    ends_at timestamptz,
    confirmed_at timestamptz,
    capacity int NOT NULL CHECK (capacity >= 0),
    -- Seats kept for those who come without registering.
    walk_in_seats int NOT NULL DEFAULT 0 CHECK (walk_in_seats >= 0),
    -- Sum of registrations.seats_held, kept under this row's lock.
    seats_taken int NOT NULL DEFAULT 0 CHECK (seats_taken >= 0),
    -- Number last given on the waiting list.
    last_queue_number int NOT NULL DEFAULT 0,
    -- RFC 5545 SEQUENCE: grows at each change of date or place.
    sequence int NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    UNIQUE (consultation_id, slug),
    CONSTRAINT meetings_capacity CHECK (seats_taken + walk_in_seats <= capacity),
    CONSTRAINT meetings_end_after_start CHECK (ends_at > starts_at),
    CONSTRAINT meetings_confirmed_has_date CHECK (confirmed_at IS NULL OR starts_at IS NOT NULL)
);

-- Personal data: who takes part and from where, to attribute contributions; until the consultation's retention ends,
-- or on request. The pseudonym is what others see.
CREATE TABLE people (
    id uuid PRIMARY KEY,
    pseudonym text NOT NULL DEFAULT '',
    -- The municipality the person declared; neither set: not asked yet.
    municipality_id uuid REFERENCES municipalities,
    elsewhere boolean NOT NULL DEFAULT false,
    language text NOT NULL DEFAULT 'it' CHECK (language IN ('it', 'en')),
    created_at timestamptz NOT NULL,
    CHECK (municipality_id IS NULL OR NOT elsewhere)
);
-- One pseudonym, one person, whatever the capitals and spaces.
CREATE UNIQUE INDEX people_pseudonym ON people (lower(regexp_replace(pseudonym, '\s+', '', 'g'))) WHERE pseudonym <> '';

-- Personal data: e-mail address or telephone number, to confirm and to answer; as long as the person.
CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('email', 'phone')),
    value text NOT NULL CHECK (value <> '' AND value = lower(value)),
    verified_at timestamptz,
    UNIQUE (kind, value)
);
CREATE INDEX ON addresses (person_id);

-- A browser that a person, or a member of staff, has proved theirs. Personal data: until the session ends.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    person_id uuid REFERENCES people ON DELETE CASCADE,
    staff_id uuid REFERENCES staff ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK (num_nonnulls(person_id, staff_id) = 1)
);
CREATE INDEX ON sessions (person_id);
CREATE INDEX ON sessions (expires_at);

-- What somebody asked for and their mailbox has still to confirm. Links and codes are derived from the id with the
-- program's secret, so nothing here opens anything. Personal data: payload, until carried out or expired.
CREATE TABLE confirmations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('registration', 'contribution', 'reply', 'support', 'follow', 'sign_in', 'staff_sign_in')),
    address_id uuid REFERENCES addresses ON DELETE CASCADE,
    staff_id uuid REFERENCES staff ON DELETE CASCADE,
    payload jsonb NOT NULL DEFAULT '{}',
    -- SHA-256 of the cookie of the browser that asked: only that one is signed in.
    browser_hash bytea,
    code_attempts int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CHECK (num_nonnulls(address_id, staff_id) = 1)
);
CREATE INDEX ON confirmations (expires_at);
CREATE INDEX ON confirmations (address_id);

-- Personal data: name, party and a number to call, to keep the seats; until 30 days after the meeting, then counts stay.
CREATE TABLE registrations (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    phone text NOT NULL DEFAULT '',
    seats int NOT NULL CHECK (seats BETWEEN 1 AND 5),
    seats_held int NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'seated', 'waiting', 'offered', 'cancelled')),
    channel text NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'phone', 'counter')),
    -- Until when a pending registration or an offer holds its seats.
    held_until timestamptz,
    queue_number int,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    PRIMARY KEY (consultation_id, id),
    CONSTRAINT registrations_seats_held CHECK (
        (state IN ('seated', 'offered') AND seats_held = seats) OR
        (state IN ('waiting', 'cancelled') AND seats_held = 0) OR
        (state = 'pending' AND seats_held IN (0, seats))),
    CONSTRAINT registrations_queue CHECK (state <> 'waiting' OR queue_number IS NOT NULL),
    CONSTRAINT registrations_held_until CHECK ((state IN ('pending', 'offered')) = (held_until IS NOT NULL))
);
CREATE UNIQUE INDEX registrations_once ON registrations (meeting_id, person_id) WHERE state <> 'cancelled';
CREATE INDEX registrations_queue_order ON registrations (meeting_id, queue_number) WHERE state = 'waiting';
CREATE INDEX registrations_expiry ON registrations (held_until) WHERE held_until IS NOT NULL;
CREATE INDEX registrations_by_name ON registrations (meeting_id, lower(name), id);
CREATE INDEX ON registrations (person_id);

-- Personal data about health (GDPR art. 9), seen by the meeting's staff alone; until the day after the meeting.
CREATE TABLE access_needs (
    consultation_id uuid NOT NULL,
    registration_id uuid NOT NULL,
    needs text[] NOT NULL,
    PRIMARY KEY (consultation_id, registration_id),
    FOREIGN KEY (consultation_id, registration_id) REFERENCES registrations ON DELETE CASCADE
);

-- Who came: a registration's party, or a party that walked in (registration_id null, no name kept).
CREATE TABLE attendances (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    registration_id uuid,
    people int NOT NULL CHECK (people BETWEEN 1 AND 20),
    recorded_at timestamptz NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (consultation_id, id),
    UNIQUE (consultation_id, registration_id),
    FOREIGN KEY (consultation_id, registration_id) REFERENCES registrations ON DELETE CASCADE
);
CREATE INDEX ON attendances (meeting_id);

-- Who wants to be told. Personal data: as long as the person, or until they unsubscribe.
CREATE TABLE follows (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    guideline_id uuid REFERENCES guidelines,
    meeting_id uuid REFERENCES meetings,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, id),
    CHECK (num_nonnulls(guideline_id, meeting_id) = 1)
);
CREATE UNIQUE INDEX follows_guideline ON follows (consultation_id, guideline_id, person_id) WHERE guideline_id IS NOT NULL;
CREATE UNIQUE INDEX follows_meeting ON follows (consultation_id, meeting_id, person_id) WHERE meeting_id IS NOT NULL;
CREATE INDEX ON follows (person_id);

-- The current parere, one a person and guideline; its history beside it (value null: withdrawn).
-- Personal data: until the consultation's retention ends, or on request.
CREATE TABLE opinions (
    consultation_id uuid NOT NULL REFERENCES consultations,
    guideline_id uuid NOT NULL REFERENCES guidelines,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    value text NOT NULL CHECK (value IN ('favorevole', 'contrario', 'non-so')),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, guideline_id, person_id)
);
CREATE INDEX ON opinions (person_id);
CREATE TABLE opinion_history (
    consultation_id uuid NOT NULL,
    id uuid NOT NULL,
    guideline_id uuid NOT NULL REFERENCES guidelines,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    value text CHECK (value IN ('favorevole', 'contrario', 'non-so')),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, id)
);
CREATE INDEX ON opinion_history (person_id);

-- Personal data: what a person wrote; published under the pseudonym until the consultation's retention ends.
CREATE TABLE comments (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    guideline_id uuid NOT NULL REFERENCES guidelines,
    -- The author: a person, or an office answering officially.
    person_id uuid REFERENCES people ON DELETE CASCADE,
    office_id uuid REFERENCES municipalities,
    -- The comment answered, and the one that opened the conversation (both null at the top).
    parent_id uuid,
    root_id uuid,
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 5000),
    language text NOT NULL DEFAULT 'it',
    -- 'private': sent without being published, for staff; 'held': waiting for a check.
    state text NOT NULL CHECK (state IN ('published', 'private', 'held', 'hidden', 'withdrawn')),
    -- Why staff hid it; shown in its place.
    hidden_reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    -- Counted from supports by a job; a check recounts them.
    agree int NOT NULL DEFAULT 0,
    disagree int NOT NULL DEFAULT 0,
    unsure int NOT NULL DEFAULT 0,
    PRIMARY KEY (consultation_id, id),
    FOREIGN KEY (consultation_id, parent_id) REFERENCES comments ON DELETE CASCADE,
    FOREIGN KEY (consultation_id, root_id) REFERENCES comments ON DELETE CASCADE,
    CHECK (num_nonnulls(person_id, office_id) = 1),
    CHECK ((parent_id IS NULL) = (root_id IS NULL)),
    CHECK (state <> 'hidden' OR hidden_reason <> '')
);
CREATE INDEX comments_newest ON comments (consultation_id, guideline_id, id) WHERE parent_id IS NULL;
CREATE INDEX comments_most_supported ON comments (consultation_id, guideline_id, agree, id) WHERE parent_id IS NULL;
CREATE INDEX comments_thread ON comments (consultation_id, root_id, id) WHERE root_id IS NOT NULL;
CREATE INDEX comments_parent ON comments (consultation_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comments_author ON comments (person_id);

CREATE TABLE supports (
    consultation_id uuid NOT NULL,
    comment_id uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    value text NOT NULL CHECK (value IN ('agree', 'disagree', 'unsure')),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, comment_id, person_id),
    FOREIGN KEY (consultation_id, comment_id) REFERENCES comments ON DELETE CASCADE
);
CREATE INDEX ON supports (given_at);
CREATE INDEX ON supports (person_id);

-- An office's public response to a guideline; the newest of each office counts, the older ones are its history.
CREATE TABLE responses (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    guideline_id uuid NOT NULL REFERENCES guidelines,
    municipality_id uuid NOT NULL REFERENCES municipalities,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'partly', 'not_accepted')),
    reasons text NOT NULL CHECK (reasons <> ''),
    published_at timestamptz NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (consultation_id, id)
);
CREATE INDEX ON responses (consultation_id, guideline_id, municipality_id, published_at);

-- "Quanto sono chiare le informazioni su questa pagina?" No person, no address.
CREATE TABLE ratings (
    id uuid PRIMARY KEY,
    path text NOT NULL,
    stars int NOT NULL CHECK (stars BETWEEN 1 AND 5),
    reason text NOT NULL DEFAULT '',
    body text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);

-- Every change by staff: ids and names of fields here, the texts in a side row that can be erased.
CREATE TABLE audit_entries (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    staff_id uuid NOT NULL REFERENCES staff,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    fields text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);
-- Personal data: names and texts that staff changed, to explain a change; erased with the person concerned.
CREATE TABLE audit_texts (
    audit_id uuid PRIMARY KEY REFERENCES audit_entries ON DELETE CASCADE,
    before jsonb,
    after jsonb
);

-- Work to do after a commit, written in the transaction that causes it; a job done is deleted.
-- Personal data: payload, until done.
CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    run_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    -- Set when no further try is made.
    failed_at timestamptz
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE failed_at IS NULL;
