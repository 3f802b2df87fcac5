-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who read in a language that is no longer there is written to in Italian again.
UPDATE people SET language = 'it' WHERE language NOT IN ('it', 'en');
ALTER TABLE people DROP CONSTRAINT people_language_check,
    ADD CONSTRAINT people_language_check CHECK (language IN ('it', 'en'));
