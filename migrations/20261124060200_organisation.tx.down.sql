-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP TABLE population_ages, populations;
DROP INDEX municipalities_istat_code_once, municipalities_cadastral_code_once;
ALTER TABLE municipalities DROP CONSTRAINT municipalities_istat_code, DROP CONSTRAINT municipalities_cadastral_code,
    DROP COLUMN ipa_code, DROP COLUMN hours, DROP COLUMN crest_id, DROP COLUMN albo_url, DROP COLUMN transparency_url;
ALTER TABLE organisations DROP COLUMN legal_person, DROP COLUMN short_name, DROP COLUMN ipa_code, DROP COLUMN fiscal_code,
    DROP COLUMN address, DROP COLUMN phone, DROP COLUMN email, DROP COLUMN pec, DROP COLUMN hours, DROP COLUMN accent,
    DROP COLUMN crest_id, DROP COLUMN accessibility_url, DROP COLUMN albo_url, DROP COLUMN transparency_url;
DROP TABLE crests;
