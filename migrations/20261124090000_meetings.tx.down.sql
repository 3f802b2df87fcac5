-- SPDX-License-Identifier: AGPL-3.0-or-later
ALTER TABLE staff DROP COLUMN digest_until, DROP COLUMN daily_digest;
DROP TABLE meeting_ratings;
DROP TABLE meeting_comments;
UPDATE people SET channel = 'paper' WHERE channel = 'meeting';
ALTER TABLE people DROP CONSTRAINT people_channel_check,
    ADD CONSTRAINT people_channel_check CHECK (channel IN ('web', 'paper'));
DROP TABLE minutes;
DROP TABLE question_supports;
DROP TABLE questions;
-- A larger party becomes several.
INSERT INTO attendances (consultation_id, id, meeting_id, people, recorded_at, staff_id)
SELECT consultation_id, gen_random_uuid(), meeting_id, least(20, people - 20 * n), recorded_at, staff_id
FROM attendances, generate_series(1, (people - 1) / 20) AS n WHERE people > 20;
UPDATE attendances SET people = 20 WHERE people > 20;
ALTER TABLE attendances DROP CONSTRAINT attendances_people_check,
    ADD CONSTRAINT attendances_people_check CHECK (people BETWEEN 1 AND 20);
DROP TABLE arrivals;
DROP TABLE door_passes;
ALTER TABLE registrations DROP COLUMN passed_over_at, DROP COLUMN reconfirm_since, DROP COLUMN press, DROP COLUMN elsewhere,
    DROP COLUMN municipality_id, DROP COLUMN guideline_id;
DROP TABLE meeting_documents;
DROP TABLE meeting_guidelines;
ALTER TABLE meetings DROP CONSTRAINT meetings_capacity, DROP CONSTRAINT meetings_closed_was_held, DROP CONSTRAINT meetings_registration_ends_after_start,
    DROP COLUMN reminded_day_at, DROP COLUMN reminded_week_at,
    DROP COLUMN press_taken, DROP COLUMN assistants_taken, DROP COLUMN wheelchairs_taken,
    DROP COLUMN press_seats, DROP COLUMN assistant_seats, DROP COLUMN wheelchair_seats,
    DROP COLUMN registration_until, DROP COLUMN registration_from,
    DROP COLUMN recording_url, DROP COLUMN stream_url, DROP COLUMN recorded, DROP COLUMN contact, DROP COLUMN child_care,
    DROP COLUMN interpreters, DROP COLUMN access_note, DROP COLUMN access, DROP COLUMN speakers, DROP COLUMN programme,
    DROP COLUMN closed_at, DROP COLUMN cancel_reason, DROP COLUMN cancelled_at, DROP COLUMN draft,
    ADD CONSTRAINT meetings_capacity CHECK (seats_taken + walk_in_seats <= capacity);
