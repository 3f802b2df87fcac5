-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The citizens' pages are begun in Chinese, Albanian and Romanian, which many speak around Prato.
ALTER TABLE people DROP CONSTRAINT people_language_check,
    ADD CONSTRAINT people_language_check CHECK (language IN ('it', 'en', 'zh', 'sq', 'ro'));
