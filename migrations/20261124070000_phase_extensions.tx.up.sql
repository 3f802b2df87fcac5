-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The end of a phase that citizens had been told, moved: when, by whom and why, for the public timeline. Never changed.
CREATE TABLE phase_extensions (
    consultation_id uuid NOT NULL,
    number int NOT NULL,
    made_at timestamptz NOT NULL,
    from_day date NOT NULL,
    -- NULL: the new end is to be confirmed.
    to_day date CHECK (to_day <> from_day),
    reason jsonb NOT NULL,
    staff_id uuid REFERENCES staff,
    PRIMARY KEY (consultation_id, number, made_at),
    FOREIGN KEY (consultation_id, number) REFERENCES phases
);
