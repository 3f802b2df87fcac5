-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP INDEX questions_one_asked;
ALTER TABLE questions DROP kept_supports;
