-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The program of before shows the text that people read last.
INSERT INTO pages (organisation_id, slug, title, body, updated_at)
    SELECT DISTINCT ON (organisation_id) organisation_id, 'privacy', title, body, published_at
    FROM privacy_notices ORDER BY organisation_id, number DESC
    ON CONFLICT (organisation_id, slug) DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = excluded.updated_at;
DROP TABLE privacy_notices, privacy_settings;
ALTER TABLE municipalities DROP COLUMN dpo_name, DROP COLUMN dpo_contact;
