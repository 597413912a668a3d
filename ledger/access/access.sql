-- Accounts, sessions, slips, cards and what was tried. May be run again at any time; roles are
-- made before. No secret stands here: hashes of what people choose or copy, digests of what is
-- random, keyed digests of whatever was tried.

CREATE SCHEMA IF NOT EXISTS access;

-- Whoever may be let in by any way has a row. The name is a random number with a check digit.
-- Whether the account is disabled, or she died, is told by the log alone.
CREATE TABLE IF NOT EXISTS access.account (
    person        text COLLATE "C" PRIMARY KEY,
    name          text COLLATE "C" NOT NULL UNIQUE CHECK (name ~ '^[1-9][0-9]{7}$'),
    password_hash text COLLATE "C" CHECK (password_hash LIKE '$argon2id$%'),
    made_at       timestamptz NOT NULL DEFAULT now(),
    password_at   timestamptz
);

-- One sign-in, as of a position of the log. The cookie holds the secret, `id` is what the person
-- sees of it and ends it by.
CREATE TABLE IF NOT EXISTS access.session (
    digest   bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    id       text COLLATE "C" NOT NULL UNIQUE,
    person   text COLLATE "C" NOT NULL REFERENCES access.account ON DELETE CASCADE,
    kind     text COLLATE "C" NOT NULL CHECK (kind IN ('full', 'card')),
    position bigint NOT NULL CHECK (position >= 0),
    began_at timestamptz NOT NULL DEFAULT now(),
    seen_at  timestamptz NOT NULL DEFAULT now(),
    ends_at  timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS session_by_person ON access.session (person);

-- A session ends when it was not used for 30 minutes, at its end in any case, and with the first
-- event after its position that ends it, were it taken back at once. `roles_changed` says that its
-- secret is to be another one.
CREATE OR REPLACE VIEW access.live_session AS
SELECT digest, id, person, kind, began_at, seen_at, ends_at,
    EXISTS (
        SELECT FROM ledger.stored_events
        WHERE originator_id = 'grants-' || person AND notification_id > position
    ) AS roles_changed
FROM access.session
WHERE ends_at > now() AND seen_at > now() - interval '30 minutes'
  AND NOT EXISTS (
        SELECT FROM ledger.stored_events
        WHERE originator_id IN ('account-' || person, 'person-' || person)
          AND notification_id > position
          AND (topic IN ('account-disabled.v1', 'death-recorded.v1', 'person-erased.v1')
               OR kind = 'card' AND topic = 'card-revoked.v1')
    );

-- The secret of a slip, from the moment it is shown until it is used or withdrawn. The row stays,
-- so that no slip is shown a second time.
CREATE TABLE IF NOT EXISTS access.slip (
    slip        text COLLATE "C" PRIMARY KEY,
    person      text COLLATE "C" NOT NULL REFERENCES access.account ON DELETE CASCADE,
    secret_hash text COLLATE "C" CHECK (secret_hash LIKE '$argon2id$%'),
    opened_by   text COLLATE "C" NOT NULL,
    opened_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX IF NOT EXISTS slip_open_by_person
    ON access.slip (person) WHERE secret_hash IS NOT NULL;

-- A printed card, from the moment it is shown; without `pin_hash` it opens nothing any more.
CREATE TABLE IF NOT EXISTS access.card (
    card      text COLLATE "C" PRIMARY KEY,
    person    text COLLATE "C" NOT NULL REFERENCES access.account ON DELETE CASCADE,
    digest    bytea NOT NULL CHECK (octet_length(digest) = 32),
    pin_hash  text COLLATE "C" CHECK (pin_hash LIKE '$argon2id$%'),
    tries     int NOT NULL DEFAULT 0 CHECK (tries >= 0),
    opened_by text COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX IF NOT EXISTS card_live_by_person
    ON access.card (person) WHERE pin_hash IS NOT NULL;

-- What was tried how often. `free_at` is when the next try is let in; where tries trickle in, it is
-- when as many would have been let in evenly. `allowed` is what the last one was answered.
CREATE TABLE IF NOT EXISTS access.attempt (
    key     bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    tries   bigint NOT NULL,
    free_at timestamptz NOT NULL,
    allowed boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_by_free_at ON access.attempt (free_at);


-- What was shown once is not shown again, and what was opened is not changed but spent.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_app') THEN
        GRANT USAGE ON SCHEMA access TO jiefang_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA access TO jiefang_app;
        GRANT INSERT (person, name), UPDATE (password_hash, password_at)
            ON access.account TO jiefang_app;
        GRANT INSERT, DELETE, UPDATE (digest, position, seen_at) ON access.session TO jiefang_app;
        GRANT INSERT, UPDATE (secret_hash) ON access.slip TO jiefang_app;
        GRANT INSERT, UPDATE (pin_hash, tries) ON access.card TO jiefang_app;
        GRANT INSERT, DELETE, UPDATE ON access.attempt TO jiefang_app;
    END IF;
END $$;
