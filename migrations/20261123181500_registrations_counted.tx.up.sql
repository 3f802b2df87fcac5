-- SPDX-License-Identifier: AGPL-3.0-or-later
-- False once the name is erased of somebody whom an opinion, a comment or another registration still counts: people who
-- take part are counted once, before and after.
ALTER TABLE registrations ADD COLUMN counted boolean NOT NULL DEFAULT true;
