-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How many supports a question had whose browsers are forgotten: they go with the names of the registrations, the number
-- stays. And one question at a time is being answered at a meeting.
ALTER TABLE questions ADD kept_supports int NOT NULL DEFAULT 0 CHECK (kept_supports >= 0);
CREATE UNIQUE INDEX questions_one_asked ON questions (meeting_id) WHERE state = 'asked';
