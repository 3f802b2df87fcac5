-- SPDX-License-Identifier: AGPL-3.0-or-later
ALTER TABLE registrations DROP CONSTRAINT registrations_person_id_fkey,
    ADD CONSTRAINT registrations_person_id_fkey FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE;
