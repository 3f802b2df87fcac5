-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The log tells as well who had a list before them that tells of many people: what each did lately is asked at every such
-- page.
CREATE INDEX audit_entries_staff ON audit_entries (staff_id, created_at);
