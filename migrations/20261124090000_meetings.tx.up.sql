-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Meetings, from the invitation to the minutes.

-- What a meeting offers, who may come, and how it stands.
ALTER TABLE meetings
    -- Seen by staff alone until they publish it.
    ADD draft boolean NOT NULL DEFAULT false,
    ADD cancelled_at timestamptz,
    ADD cancel_reason jsonb NOT NULL DEFAULT '{}',
    -- Set when the minutes are published: the meeting is over for good.
    ADD closed_at timestamptz,
    ADD programme jsonb NOT NULL DEFAULT '{}',
    -- Who speaks, by role.
    ADD speakers jsonb NOT NULL DEFAULT '{}',
    ADD access text[] NOT NULL DEFAULT '{}'
        CHECK (access <@ ARRAY ['step_free', 'hearing_loop', 'sign_language', 'subtitles', 'parking', 'bus']),
    ADD access_note jsonb NOT NULL DEFAULT '{}',
    -- Languages into which somebody interprets (ISO 639-1).
    ADD interpreters text[] NOT NULL DEFAULT '{}',
    -- For whom and when; empty: none.
    ADD child_care jsonb NOT NULL DEFAULT '{}',
    -- Whom to ask about the meeting; empty: the municipality's own office.
    ADD contact text NOT NULL DEFAULT '',
    ADD recorded text NOT NULL DEFAULT '' CHECK (recorded IN ('', 'audio', 'video')),
    ADD stream_url text NOT NULL DEFAULT '',
    ADD recording_url text NOT NULL DEFAULT '',
    ADD registration_from timestamptz,
    ADD registration_until timestamptz,
    -- Seats kept for who needs them, and how many people of each sort hold a seat now: those above the number kept sit
    -- among all the others. Kept under this row's lock, as seats_taken, of which they are part.
    ADD wheelchair_seats int NOT NULL DEFAULT 0 CHECK (wheelchair_seats >= 0),
    ADD assistant_seats int NOT NULL DEFAULT 0 CHECK (assistant_seats >= 0),
    ADD press_seats int NOT NULL DEFAULT 0 CHECK (press_seats >= 0),
    ADD wheelchairs_taken int NOT NULL DEFAULT 0 CHECK (wheelchairs_taken >= 0),
    ADD assistants_taken int NOT NULL DEFAULT 0 CHECK (assistants_taken >= 0),
    ADD press_taken int NOT NULL DEFAULT 0 CHECK (press_taken >= 0),
    -- When the reminders of the date as it stands were sent.
    ADD reminded_week_at timestamptz,
    ADD reminded_day_at timestamptz,
    ADD CONSTRAINT meetings_registration_ends_after_start CHECK (registration_until > registration_from),
    ADD CONSTRAINT meetings_closed_was_held CHECK (closed_at IS NULL OR starts_at IS NOT NULL AND cancelled_at IS NULL),
    DROP CONSTRAINT meetings_capacity,
    ADD CONSTRAINT meetings_capacity CHECK (seats_taken + walk_in_seats
        + greatest(wheelchair_seats - wheelchairs_taken, 0) + greatest(assistant_seats - assistants_taken, 0)
        + greatest(press_seats - press_taken, 0) <= capacity);

CREATE TABLE meeting_guidelines (
    meeting_id uuid NOT NULL REFERENCES meetings ON DELETE CASCADE,
    guideline_id uuid NOT NULL REFERENCES guidelines,
    PRIMARY KEY (meeting_id, guideline_id)
);
CREATE INDEX ON meeting_guidelines (guideline_id);

-- What is handed out for the meeting, or (minutes) goes with its minutes.
CREATE TABLE meeting_documents (
    id uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meetings ON DELETE CASCADE,
    position int NOT NULL,
    title jsonb NOT NULL,
    file_id uuid NOT NULL REFERENCES files,
    minutes boolean NOT NULL DEFAULT false
);
CREATE INDEX ON meeting_documents (meeting_id, position);
CREATE INDEX ON meeting_documents (file_id);

-- Personal data: as the registration. municipality_id and elsewhere are where its owner lives, if they said so.
ALTER TABLE registrations
    ADD guideline_id uuid REFERENCES guidelines,
    ADD municipality_id uuid REFERENCES municipalities,
    ADD elsewhere boolean NOT NULL DEFAULT false,
    -- The whole party sits on the seats kept for the press.
    ADD press boolean NOT NULL DEFAULT false,
    -- Since when its owner is asked to confirm again, because the date moved; the seats stay theirs meanwhile.
    ADD reconfirm_since timestamptz,
    -- When its owner was told that seats became free, too few for the party, which keeps its place in the queue.
    ADD passed_over_at timestamptz,
    ADD CHECK (municipality_id IS NULL OR NOT elsewhere);
CREATE INDEX ON registrations (guideline_id) WHERE guideline_id IS NOT NULL;

-- A device that checks people in at a meeting's door, and does nothing else. Its link binds the first device that takes it.
-- It ends three hours after the meeting.
CREATE TABLE door_passes (
    id uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meetings ON DELETE CASCADE,
    -- Which door, as in "Ingresso principale".
    label text NOT NULL CHECK (label <> ''),
    -- SHA-256 of what the device's cookie holds; null until a device takes the pass.
    device_hash bytea UNIQUE,
    staff_id uuid NOT NULL REFERENCES staff,
    created_at timestamptz NOT NULL,
    taken_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX ON door_passes (meeting_id);

-- What happened at the doors, as each device wrote it down, under an id of its own: the same again changes nothing.
-- attendances follow from it: a party is there as long as one of its arrivals is not undone. registration_id null: a party
-- that walked in. Personal data: as the registration.
CREATE TABLE arrivals (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    registration_id uuid,
    people int NOT NULL CHECK (people BETWEEN 1 AND 1000),
    -- Where a party that walked in lives, if it said so.
    municipality_id uuid REFERENCES municipalities,
    elsewhere boolean NOT NULL DEFAULT false,
    pass_id uuid REFERENCES door_passes,
    staff_id uuid REFERENCES staff,
    -- By the clock of the device, corrected by what it was wrong.
    arrived_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (consultation_id, id),
    FOREIGN KEY (consultation_id, registration_id) REFERENCES registrations ON DELETE CASCADE,
    CHECK (municipality_id IS NULL OR NOT elsewhere)
);
CREATE INDEX ON arrivals (meeting_id, recorded_at);
CREATE INDEX ON arrivals (consultation_id, registration_id);
INSERT INTO arrivals (consultation_id, id, meeting_id, registration_id, people, staff_id, arrived_at, recorded_at)
SELECT consultation_id, id, meeting_id, registration_id, people, staff_id, recorded_at, recorded_at FROM attendances;
ALTER TABLE attendances DROP CONSTRAINT attendances_people_check,
    ADD CONSTRAINT attendances_people_check CHECK (people BETWEEN 1 AND 1000);

-- What people ask at a meeting: with their registration, from the floor, or through staff. Personal data: the words and
-- the name given with them; shown once staff have read them, until the consultation's retention ends. asker_hash (SHA-256
-- of a browser's cookie) goes with the names of the registrations.
CREATE TABLE questions (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    registration_id uuid,
    asker_hash bytea,
    guideline_id uuid REFERENCES guidelines,
    author text NOT NULL DEFAULT '',
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 500),
    channel text NOT NULL CHECK (channel IN ('registration', 'floor', 'desk')),
    -- 'new': for the moderator alone; 'shown': in the list, to be supported; 'asked': being answered now;
    -- 'answered'; 'set_aside': not to be shown.
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'shown', 'asked', 'answered', 'set_aside')),
    answer text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, id),
    FOREIGN KEY (consultation_id, registration_id) REFERENCES registrations
);
CREATE INDEX ON questions (meeting_id, state);
CREATE UNIQUE INDEX questions_of_registration ON questions (consultation_id, registration_id) WHERE registration_id IS NOT NULL;

-- Who supports a question, by the browser's cookie alone. Personal data: with the names of the registrations; the number
-- stays.
CREATE TABLE question_supports (
    consultation_id uuid NOT NULL,
    question_id uuid NOT NULL,
    browser_hash bytea NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, question_id, browser_hash),
    FOREIGN KEY (consultation_id, question_id) REFERENCES questions ON DELETE CASCADE
);

-- Minutes are never overwritten: an edit is a new version, and the highest number is the current one. Public once the
-- meeting is closed.
CREATE TABLE minutes (
    meeting_id uuid NOT NULL REFERENCES meetings,
    number int NOT NULL CHECK (number > 0),
    body jsonb NOT NULL,
    change_note text NOT NULL DEFAULT '',
    written_at timestamptz NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (meeting_id, number)
);

-- What was said aloud at a meeting, or written there on paper, and entered by staff as a comment.
ALTER TABLE people DROP CONSTRAINT people_channel_check,
    ADD CONSTRAINT people_channel_check CHECK (channel IN ('web', 'paper', 'meeting'));
CREATE TABLE meeting_comments (
    consultation_id uuid NOT NULL,
    comment_id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    question_id uuid,
    staff_id uuid REFERENCES staff,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, comment_id),
    FOREIGN KEY (consultation_id, comment_id) REFERENCES comments ON DELETE CASCADE,
    FOREIGN KEY (consultation_id, question_id) REFERENCES questions
);
CREATE INDEX ON meeting_comments (meeting_id);

-- How those who came found the meeting: by registration, or by the browser of who walked in. Personal data: both go with
-- the names of the registrations; the stars and the words stay.
CREATE TABLE meeting_ratings (
    consultation_id uuid NOT NULL REFERENCES consultations,
    id uuid NOT NULL,
    meeting_id uuid NOT NULL REFERENCES meetings,
    registration_id uuid,
    browser_hash bytea,
    stars int NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body text NOT NULL DEFAULT '' CHECK (char_length(body) <= 1000),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, id),
    FOREIGN KEY (consultation_id, registration_id) REFERENCES registrations
);
CREATE UNIQUE INDEX meeting_ratings_of_registration ON meeting_ratings (consultation_id, registration_id) WHERE registration_id IS NOT NULL;
CREATE UNIQUE INDEX meeting_ratings_of_browser ON meeting_ratings (meeting_id, browser_hash) WHERE browser_hash IS NOT NULL;
CREATE INDEX ON meeting_ratings (meeting_id);

-- Each day the office is told what came in, unless somebody wants no such mail.
ALTER TABLE staff
    ADD daily_digest boolean NOT NULL DEFAULT true,
    -- Up to when somebody has been told.
    ADD digest_until timestamptz;
