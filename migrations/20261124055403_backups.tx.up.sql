-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Each backup that was made, or failed, for who looks after the program. No personal data.
CREATE TABLE backups (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    -- The file's name, without its folder.
    name text NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    -- Of the file as it is on disk, encrypted.
    sha256 text NOT NULL DEFAULT '',
    -- Why there is no file; empty: there is one.
    error text NOT NULL DEFAULT '',
    CHECK ((error = '') = (sha256 <> ''))
);
CREATE INDEX ON backups (started_at);
