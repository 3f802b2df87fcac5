-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A consultation is a draft, which staff alone see, until it is published, and past, which can be read and takes nothing
-- in any more, once it is archived.
ALTER TABLE consultations ADD COLUMN published_at timestamptz,
    ADD COLUMN archived_at timestamptz,
    ADD CONSTRAINT consultations_archived_once_published CHECK (archived_at IS NULL OR published_at IS NOT NULL);
UPDATE consultations SET published_at = created_at;

-- The rules of participation. What is sent without being published, and who comes to a meeting, depend on none of them.
ALTER TABLE consultations
    -- Who may give opinions, comment and answer: everybody, or who says to live in one of the municipalities.
    ADD COLUMN participants text NOT NULL DEFAULT 'everybody' CHECK (participants IN ('everybody', 'residents')),
    ADD COLUMN replies_closed boolean NOT NULL DEFAULT false,
    -- How many seats one may register for at a meeting.
    ADD COLUMN largest_party int NOT NULL DEFAULT 5 CHECK (largest_party BETWEEN 1 AND 5),
    DROP CONSTRAINT consultations_publication_check,
    ADD CONSTRAINT consultations_publication_check CHECK (publication IN ('at_once', 'after_check', 'after_check_out_of_hours'));
