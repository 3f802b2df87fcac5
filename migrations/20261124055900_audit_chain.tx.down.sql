-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP TRIGGER audit_texts_erased_only ON audit_texts;
DROP TRIGGER audit_entries_append_only ON audit_entries;
DROP TRIGGER audit_entries_chained ON audit_entries;
DROP TABLE audit_check, audit_signatures, audit_head, audit_chain;
DROP FUNCTION audit_refused(), audit_chained(), audit_append(audit_entries), audit_part(text);
ALTER TABLE audit_texts DROP COLUMN salt;
