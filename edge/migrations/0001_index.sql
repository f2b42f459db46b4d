-- The index: rows derived from the ledgers of the Durable Objects, for lists, search, reports and exports. The objects stay the
-- truth, and every row can be made again from them (edge/STORAGE.md). `seq` is the version of a row in its object: an older
-- version never replaces a newer one. Times are in milliseconds since 1970, amounts in minor units.

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  received INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  owed INTEGER NOT NULL,
  reference TEXT NOT NULL,
  -- Each with a space before and after it: ' kora wipay '.
  providers TEXT NOT NULL,
  needs_review INTEGER NOT NULL,
  review_since INTEGER,
  owed_since INTEGER,
  view TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_created ON sessions (created_at, id);
CREATE INDEX sessions_changed ON sessions (changed_at);
CREATE INDEX sessions_status ON sessions (status, created_at, id);
CREATE INDEX sessions_reference ON sessions (reference, created_at, id);
CREATE INDEX sessions_review ON sessions (created_at, id) WHERE needs_review = 1;
CREATE INDEX sessions_owed ON sessions (created_at, id) WHERE owed > 0;

CREATE TABLE redemptions (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  session TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  provider TEXT NOT NULL,
  status TEXT NOT NULL,
  amount INTEGER NOT NULL,
  fee INTEGER,
  currency TEXT NOT NULL,
  reference TEXT NOT NULL,
  provider_reference TEXT NOT NULL,
  provider_transaction TEXT,
  -- The keyed hash of provider and PIN.
  voucher TEXT,
  needs_review INTEGER NOT NULL,
  review_since INTEGER,
  refunded INTEGER NOT NULL,
  view TEXT NOT NULL
) STRICT;
CREATE INDEX redemptions_created ON redemptions (created_at, id);
CREATE INDEX redemptions_status ON redemptions (status, created_at, id);
CREATE INDEX redemptions_provider ON redemptions (provider, created_at, id);
CREATE INDEX redemptions_reference ON redemptions (provider_reference);
CREATE INDEX redemptions_voucher ON redemptions (voucher, created_at, id);
CREATE INDEX redemptions_review ON redemptions (created_at, id) WHERE needs_review = 1;

CREATE TABLE vouchers (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  provider TEXT NOT NULL,
  status TEXT NOT NULL,
  amount INTEGER,
  currency TEXT,
  reference TEXT,
  needs_review INTEGER NOT NULL,
  review_since INTEGER,
  view TEXT NOT NULL
) STRICT;
CREATE INDEX vouchers_created ON vouchers (created_at, id);
CREATE INDEX vouchers_status ON vouchers (status, created_at, id);
CREATE INDEX vouchers_review ON vouchers (created_at, id) WHERE needs_review = 1;

CREATE TABLE events (
  -- The order of arrival in the index, which never changes: the order of the list.
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  -- The session or issued voucher that the event is about, and the event's place among its events.
  owner TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  delivery TEXT NOT NULL,
  delivered_at INTEGER,
  next_try_at INTEGER,
  tries INTEGER NOT NULL,
  view TEXT NOT NULL
) STRICT;
CREATE INDEX events_type ON events (type, position);
CREATE INDEX events_delivery ON events (delivery, position);
CREATE INDEX events_pending ON events (created_at) WHERE delivery = 'pending';

-- What was taken from vouchers, and what went back. A movement never changes.
CREATE TABLE movements (
  -- Such as 'rd_….taken'.
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  session TEXT NOT NULL,
  redemption TEXT,
  provider TEXT,
  kind TEXT NOT NULL,
  amount INTEGER NOT NULL,
  fee INTEGER NOT NULL,
  currency TEXT NOT NULL,
  at INTEGER NOT NULL,
  reference TEXT NOT NULL,
  provider_reference TEXT,
  provider_transaction TEXT
) STRICT;
-- With everything that the takings are summed from.
CREATE INDEX movements_at ON movements (at, provider, currency, kind, amount, fee);
CREATE INDEX movements_redemption ON movements (redemption);

-- Whom a session belongs to: keyed hashes of telephone numbers and e-mail addresses.
CREATE TABLE contacts (
  hash TEXT NOT NULL,
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (hash, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_session ON contacts (session);
