-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The times for which personal data stay are those of privacy_settings. A consultation ends with its last phase, or when
-- it is archived; contributions_months later what people wrote is erased, and what they answered passes to people about
-- whom nothing is known but the municipality, so that the figures stay.
ALTER TABLE comments DROP CONSTRAINT comments_state_check,
    -- 'expired': its text is erased, because the consultation's retention ended.
    ADD CONSTRAINT comments_state_check CHECK (state IN ('published', 'private', 'held', 'hidden', 'withdrawn', 'expired'));
