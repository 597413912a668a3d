-- People whom an identity provider knows, and sign-ins there that have begun. May be run again at any
-- time; the role is made before.
CREATE SCHEMA IF NOT EXISTS access;

-- Whom a subject of an issuer stands for. The subject itself, which may be an address or a number of
-- hers, is nowhere: its digest is made with a key that no table holds in clear.
CREATE TABLE IF NOT EXISTS access.external (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer         text COLLATE "C" NOT NULL,
    subject_digest bytea NOT NULL CHECK (octet_length(subject_digest) = 32),
    person         text COLLATE "C" NOT NULL,
    linked_at      timestamptz NOT NULL DEFAULT now(),
    unlinked_at    timestamptz CHECK (unlinked_at >= linked_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS external_stands_for_one_person
    ON access.external (issuer, subject_digest) WHERE unlinked_at IS NULL;
CREATE INDEX IF NOT EXISTS external_by_person ON access.external (person);

-- A sign-in under way, kept until the browser comes back: ten minutes, and once.
CREATE TABLE IF NOT EXISTS access.pending (
    state_sha256 bytea PRIMARY KEY CHECK (octet_length(state_sha256) = 32),
    nonce        text NOT NULL,
    verifier     text NOT NULL,
    redirect_uri text NOT NULL,
    expires_at   timestamptz NOT NULL DEFAULT now() + interval '10 minutes'
);
CREATE INDEX IF NOT EXISTS pending_by_end ON access.pending (expires_at);

-- A link is ended and never changed or deleted; a sign-in under way is taken away with its use.
GRANT USAGE ON SCHEMA access TO jiefang_app;
GRANT SELECT, INSERT ON access.external TO jiefang_app;
GRANT UPDATE (unlinked_at) ON access.external TO jiefang_app;
GRANT SELECT, INSERT, DELETE ON access.pending TO jiefang_app;


-- Whoever is erased has no account, no session, no slip, no card, and is nobody's subject; called
-- by the append, as the owner of the tables.
CREATE OR REPLACE FUNCTION access.forget(p_persons text[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM access.account WHERE person = ANY (p_persons);
    DELETE FROM access.external WHERE person = ANY (p_persons)
$$;
