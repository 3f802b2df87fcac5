-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How often a confirmation was mailed: whoever waits for it may ask for it again, within bounds.
ALTER TABLE confirmations ADD COLUMN mails int NOT NULL DEFAULT 1;
