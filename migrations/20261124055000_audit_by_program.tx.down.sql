-- SPDX-License-Identifier: AGPL-3.0-or-later
DELETE FROM audit_entries WHERE staff_id IS NULL;
ALTER TABLE audit_entries ALTER COLUMN staff_id SET NOT NULL;
