-- The embedded store, version 1. Times are UTC ticks (100 ns). No table but bodies, subscription_texts and what is sealed
-- holds anything a person could be known by.

CREATE TABLE destinations (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    channel INTEGER NOT NULL,
    sign_asymmetrically INTEGER NOT NULL,
    sealed BLOB NOT NULL,               -- endpoint, form and header lines, sealed
    last_delivery INTEGER NOT NULL DEFAULT 0,  -- the last delivery number given
    is_off INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    open_since INTEGER,
    probes INTEGER NOT NULL DEFAULT 0,
    next_probe_at INTEGER,
    open_before INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE subscriptions (            -- by match key: what one event needs lies on one page
    match_key TEXT NOT NULL,
    duplicate_key BLOB NOT NULL,        -- the id once it has ended: an equal one may be created again
    id BLOB NOT NULL,
    organisation TEXT NOT NULL,
    state INTEGER NOT NULL,
    events INTEGER NOT NULL,            -- bit set of event type numbers
    ages TEXT,                          -- =14,<19,>5
    gp_registration INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    active_since INTEGER,
    ends_at INTEGER,
    destination INTEGER NOT NULL REFERENCES destinations (number),
    version_id TEXT NOT NULL,
    has_tag INTEGER NOT NULL,           -- whether its text is to be asked for the tag
    PRIMARY KEY (match_key, duplicate_key)
) WITHOUT ROWID;

CREATE UNIQUE INDEX subscriptions_by_id ON subscriptions (id);
CREATE INDEX subscriptions_by_end ON subscriptions (ends_at) WHERE ends_at IS NOT NULL AND state < 2;

CREATE TABLE subscription_texts (       -- payload: holds NHS numbers
    id BLOB PRIMARY KEY,
    form INTEGER NOT NULL,
    tag TEXT,
    resource BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    type INTEGER NOT NULL,
    form INTEGER NOT NULL,
    patient BLOB,                       -- keyed hash
    accepted_at INTEGER NOT NULL,
    facts TEXT NOT NULL                 -- match keys, age, registered: codes and keyed hashes
);

CREATE UNIQUE INDEX events_by_id ON events (id);

CREATE TABLE unmatched (                -- events whose facts were not at hand, and later ones of their patients
    place INTEGER PRIMARY KEY,
    patient BLOB
);

CREATE INDEX unmatched_by_patient ON unmatched (patient) WHERE patient IS NOT NULL;

CREATE TABLE bodies (                   -- payload
    place INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

CREATE TABLE deliveries (
    place INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    first_failed_at INTEGER,
    open_before INTEGER NOT NULL DEFAULT 0,
    is_aside INTEGER NOT NULL DEFAULT 0,
    is_overtaken INTEGER NOT NULL DEFAULT 0,
    subscriptions BLOB NOT NULL,        -- ids, 16 bytes each
    PRIMARY KEY (place, destination)
) WITHOUT ROWID;

CREATE INDEX deliveries_unfinished ON deliveries (destination, state, number) WHERE state <> 1;

CREATE TABLE trail (                    -- append-only: one fact, one row
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action INTEGER NOT NULL,
    place INTEGER,
    destination INTEGER,
    subscription BLOB,
    asid TEXT,
    organisation TEXT,
    attempt INTEGER,
    is_probe INTEGER,
    outcome INTEGER,
    status INTEGER,
    reason TEXT,
    elapsed INTEGER
);

CREATE INDEX trail_by_place ON trail (place) WHERE place IS NOT NULL;
CREATE INDEX trail_by_subscription ON trail (subscription) WHERE subscription IS NOT NULL;

CREATE TABLE idempotency (
    key BLOB PRIMARY KEY,
    body BLOB NOT NULL,
    event BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

CREATE TABLE used_tokens (
    id BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX used_tokens_by_expiry ON used_tokens (expires_at);

CREATE TABLE endpoint_secrets (
    id BLOB PRIMARY KEY,                -- keyed hash of organisation and endpoint
    sealed BLOB NOT NULL
) WITHOUT ROWID;
