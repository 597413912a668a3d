-- API tokens. May be run again at any time; the schema and the role are made before.
-- The secret itself is stored nowhere, only its digest: it has 256 random bits, so that nobody
-- guesses it from there.
CREATE TABLE IF NOT EXISTS ledger.tokens (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[a-z0-9]{8}$'),
    sha256       bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    person       text NOT NULL,
    roles        text[] NOT NULL CHECK (cardinality(roles) > 0),
    communities  text[] CHECK (cardinality(communities) > 0),  -- NULL is the whole town
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    last_used_on date
);

-- The application recognises tokens and notes their use; to make and revoke them is the owner's.
GRANT SELECT ON ledger.tokens TO jiefang_app;
GRANT UPDATE (last_used_on) ON ledger.tokens TO jiefang_app;
