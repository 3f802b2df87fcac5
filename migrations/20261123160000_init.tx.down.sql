-- SPDX-License-Identifier: AGPL-3.0-or-later
DROP TABLE jobs, audit_texts, audit_entries, ratings, responses, supports, comments, opinion_history, opinions, follows,
    attendances, access_needs, registrations, confirmations, sessions, addresses, people, meetings, notices, faqs, acts,
    guideline_versions, guidelines, files, staff, phases, consultations, pages, municipalities, organisations;
