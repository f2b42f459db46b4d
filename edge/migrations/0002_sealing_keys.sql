-- The ids of the sealing keys that a session or an issued voucher needs, with a space between them: those of its change vouchers, of
-- PINs of unknown outcomes and of codes, and those by which the vouchers of unknown outcomes are locked.

ALTER TABLE sessions ADD COLUMN sealing_keys TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_sealing_keys ON sessions (sealing_keys) WHERE sealing_keys <> '';

ALTER TABLE vouchers ADD COLUMN sealing_keys TEXT NOT NULL DEFAULT '';
CREATE INDEX vouchers_sealing_keys ON vouchers (sealing_keys) WHERE sealing_keys <> '';
