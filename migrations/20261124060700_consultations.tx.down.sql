-- SPDX-License-Identifier: AGPL-3.0-or-later
UPDATE consultations SET publication = 'after_check' WHERE publication = 'after_check_out_of_hours';
ALTER TABLE consultations DROP CONSTRAINT consultations_publication_check,
    ADD CONSTRAINT consultations_publication_check CHECK (publication IN ('at_once', 'after_check')),
    DROP COLUMN largest_party, DROP COLUMN replies_closed, DROP COLUMN participants,
    DROP CONSTRAINT consultations_archived_once_published, DROP COLUMN archived_at, DROP COLUMN published_at;
