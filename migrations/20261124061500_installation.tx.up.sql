-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the database knows of the program that it belongs to: one row. secret_check is the HMAC of a random salt under the
-- program's secret, which it tells nothing of; another secret is told by it.
CREATE TABLE installation (
	singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
	secret_salt bytea NOT NULL,
	secret_check bytea NOT NULL,
	since timestamptz NOT NULL
);
