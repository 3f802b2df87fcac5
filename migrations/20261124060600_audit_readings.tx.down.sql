-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP INDEX audit_entries_staff;
