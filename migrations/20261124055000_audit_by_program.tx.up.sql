-- SPDX-License-Identifier: AGPL-3.0-or-later
-- NULL where no member of staff acted but the program itself: its command line, its first start, a restored copy.
ALTER TABLE audit_entries ALTER COLUMN staff_id DROP NOT NULL;
