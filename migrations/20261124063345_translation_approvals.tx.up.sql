-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A translation is not official until staff approve it. What is approved are very words: text_hash is the SHA-256 of the
-- language, the Italian text and its translation, so that an approval lapses by itself when either of them changes.
-- Personal data: which employee approved, to answer for it; as long as the approval.
CREATE TABLE translation_approvals (
    organisation_id uuid NOT NULL REFERENCES organisations,
    text_hash bytea NOT NULL CHECK (length(text_hash) = 32),
    language text NOT NULL CHECK (language <> 'it'),
    approved_at timestamptz NOT NULL,
    staff_id uuid NOT NULL REFERENCES staff,
    PRIMARY KEY (organisation_id, text_hash)
);
