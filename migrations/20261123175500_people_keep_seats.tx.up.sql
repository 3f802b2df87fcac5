-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whoever is erased must first give up their registrations (the verbs free the seats under the meeting's lock): deleted
-- along with the person, a registration would leave its seats in meetings.seats_taken for ever.
ALTER TABLE registrations DROP CONSTRAINT registrations_person_id_fkey,
    ADD CONSTRAINT registrations_person_id_fkey FOREIGN KEY (person_id) REFERENCES people;
