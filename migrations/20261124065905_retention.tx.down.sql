-- SPDX-License-Identifier: AGPL-3.0-or-later
-- To the program of before a text that is erased is one withdrawn.
UPDATE comments SET state = 'withdrawn' WHERE state = 'expired';
ALTER TABLE comments DROP CONSTRAINT comments_state_check,
    ADD CONSTRAINT comments_state_check CHECK (state IN ('published', 'private', 'held', 'hidden', 'withdrawn'));
