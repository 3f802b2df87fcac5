-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Accounts of the two roles that go cannot stay as they are: they are closed, and belong to the segreteria.
DROP TABLE staff_recovery_codes, staff_passkeys, staff_municipalities;
ALTER TABLE staff DROP COLUMN totp_secret, DROP COLUMN totp_since, DROP COLUMN totp_step, DROP COLUMN factor_attempts,
    DROP COLUMN factor_locked_until;
DROP INDEX sessions_staff;
ALTER TABLE sessions DROP COLUMN seen_at, DROP COLUMN proved_at, DROP COLUMN browser, DROP COLUMN consultation_id;
UPDATE staff SET role = 'organiser', disabled_at = coalesce(disabled_at, now()) WHERE role IN ('moderator', 'observer');
ALTER TABLE staff DROP CONSTRAINT staff_role_check,
    ADD CONSTRAINT staff_role_check CHECK (role IN ('administrator', 'organiser', 'mayor'));
