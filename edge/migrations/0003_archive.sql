-- Archived sessions are shown from the index, with their redemptions.
CREATE INDEX redemptions_session ON redemptions (session);
