-- SPDX-License-Identifier: AGPL-3.0-or-later
ALTER TABLE registrations DROP COLUMN counted;
