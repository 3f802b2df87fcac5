-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP TABLE paper_forms;
ALTER TABLE people DROP COLUMN channel;
