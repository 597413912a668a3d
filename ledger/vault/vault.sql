-- The vault's tables. May be run again at any time; roles are made before.
-- Nothing here can be read without a master key, which no table holds.

CREATE SCHEMA IF NOT EXISTS vault;

-- A person's key, wrapped by a master key (AES key wrap: 40 bytes).
CREATE TABLE IF NOT EXISTS vault.person_key (
    person text COLLATE "C" PRIMARY KEY,
    wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 40),
    master_key text COLLATE "C" NOT NULL
);
CREATE INDEX IF NOT EXISTS person_key_by_master_key ON vault.person_key (master_key, person);

-- A paper cannot outlive its key, and a key cannot go while papers are left.
CREATE TABLE IF NOT EXISTS vault.paper (
    person text COLLATE "C" NOT NULL REFERENCES vault.person_key,
    kind text COLLATE "C" NOT NULL,
    version int NOT NULL CHECK (version > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (person, kind, version)
);

-- By what a person is found: keyed digests of her newest contact paper, one of a kind.
CREATE TABLE IF NOT EXISTS vault.search_key (
    person text COLLATE "C" NOT NULL REFERENCES vault.person_key,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('name', 'number', 'phone', 'document')),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (person, kind)
);
CREATE INDEX IF NOT EXISTS search_key_by_digest ON vault.search_key (kind, digest);
CREATE UNIQUE INDEX IF NOT EXISTS search_key_of_one_document
    ON vault.search_key (digest) WHERE kind = 'document';

-- Of whom nothing is left here; their ids are never given again.
CREATE TABLE IF NOT EXISTS vault.forgotten (
    person text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Keys of the ledger itself, such as the one for the digests of requests.
CREATE TABLE IF NOT EXISTS vault.ledger_key (
    name text COLLATE "C" PRIMARY KEY,
    wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 40),
    master_key text COLLATE "C" NOT NULL
);

-- Master keys that wrap nothing new, because a rotation has left them.
CREATE TABLE IF NOT EXISTS vault.retired_key (
    master_key text COLLATE "C" PRIMARY KEY
);
-- Since when nothing is wrapped by it any more: whoever keeps backups needs it for as long after.
ALTER TABLE vault.retired_key ADD COLUMN IF NOT EXISTS
    retired_at timestamptz NOT NULL DEFAULT clock_timestamp();


CREATE OR REPLACE FUNCTION vault.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a paper never changes: a correction is the next version'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER paper_never_changes
    BEFORE UPDATE OR TRUNCATE ON vault.paper
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
ALTER TABLE vault.paper ENABLE ALWAYS TRIGGER paper_never_changes;


-- Who was forgotten stays so, and gets no key again, whatever an old copy of the log may ask for.
CREATE OR REPLACE TRIGGER append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.forgotten
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE vault.forgotten ENABLE ALWAYS TRIGGER append_only;

CREATE OR REPLACE FUNCTION vault.refuse_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written JOIN vault.forgotten USING (person)) THEN
        RAISE EXCEPTION 'a person was forgotten, and her id is not given again'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER person_key_is_of_nobody_forgotten
    AFTER INSERT ON vault.person_key REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_forgotten();


-- A process that has not heard of a rotation might wrap with the old master key after it was found
-- unused and destroyed: its rows could never be opened. Whoever writes shares this lock until the
-- end of its transaction; whoever retires a key holds it alone, so it waits for writers under way
-- and is seen by the next ones.
CREATE OR REPLACE FUNCTION vault.refuse_retired_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    retired text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('vault.retired_key', 0));
    SELECT master_key INTO retired FROM written JOIN vault.retired_key USING (master_key) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'master key % is retired: this process needs the newer one', retired
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER person_key_is_not_wrapped_by_a_retired_key
    AFTER INSERT ON vault.person_key REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_retired_key();
CREATE OR REPLACE TRIGGER person_key_is_not_rewrapped_by_a_retired_key
    AFTER UPDATE ON vault.person_key REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_retired_key();
CREATE OR REPLACE TRIGGER ledger_key_is_not_wrapped_by_a_retired_key
    AFTER INSERT ON vault.ledger_key REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_retired_key();
CREATE OR REPLACE TRIGGER ledger_key_is_not_rewrapped_by_a_retired_key
    AFTER UPDATE ON vault.ledger_key REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_retired_key();


-- One of other arguments, left by an older version, would stand beside this one.
DO $$
DECLARE older regprocedure;
BEGIN
    FOR older IN SELECT oid FROM pg_proc
                 WHERE pronamespace = 'vault'::regnamespace AND proname = 'store' LOOP
        EXECUTE format('DROP FUNCTION %s', older);
    END LOOP;
END $$;

-- The vault's part of an append, in the same transaction. A person who has a key already must not
-- get a second one: the append's own check of her stream comes first, so a conflict is an error.
CREATE OR REPLACE FUNCTION vault.store(
    p_persons text[],
    p_wrapped bytea[],
    p_master text[],
    p_paper_persons text[],
    p_kinds text[],
    p_versions int[],
    p_sealed bytea[],
    p_search_persons text[],
    p_search_kinds text[],
    p_digests bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(p_persons) > 0 THEN
        INSERT INTO vault.person_key (person, wrapped, master_key)
        SELECT * FROM unnest(p_persons, p_wrapped, p_master);
    END IF;
    IF cardinality(p_paper_persons) > 0 THEN
        INSERT INTO vault.paper (person, kind, version, sealed)
        SELECT * FROM unnest(p_paper_persons, p_kinds, p_versions, p_sealed);
        DELETE FROM vault.search_key USING unnest(p_paper_persons, p_kinds) AS newer (person, kind)
        WHERE search_key.person = newer.person AND newer.kind = 'contact';
    END IF;
    IF cardinality(p_search_persons) > 0 THEN
        INSERT INTO vault.search_key (person, kind, digest)
        SELECT * FROM unnest(p_search_persons, p_search_kinds, p_digests);
    END IF;
END $$;


-- Of these, whose identity document is another person's: on record, or earlier in the same batch.
-- NULL if there is none.
CREATE OR REPLACE FUNCTION vault.taken(p_persons text[], p_kinds text[], p_digests bytea[])
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT asked.person)
    FROM (SELECT u.person, u.digest,
                 first_value(u.person) OVER (PARTITION BY u.digest ORDER BY u.place) AS first
          FROM unnest(p_persons, p_kinds, p_digests)
              WITH ORDINALITY AS u (person, kind, digest, place)
          WHERE u.kind = 'document') AS asked
    WHERE asked.person <> asked.first OR EXISTS (
        SELECT FROM vault.search_key AS s
        WHERE s.kind = 'document' AND s.digest = asked.digest AND s.person <> asked.person)
$$;


-- Nobody finds these persons any more; their papers stay.
CREATE OR REPLACE FUNCTION vault.unlist(p_persons text[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM vault.search_key WHERE person = ANY (p_persons)
$$;

-- Leave nothing of these persons but that they were forgotten. Again, it changes nothing.
CREATE OR REPLACE FUNCTION vault.forget(p_persons text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO vault.forgotten (person) SELECT DISTINCT unnest(p_persons) ON CONFLICT DO NOTHING;
    DELETE FROM vault.search_key WHERE person = ANY (p_persons);
    DELETE FROM vault.paper WHERE person = ANY (p_persons);
    DELETE FROM vault.person_key WHERE person = ANY (p_persons);
END $$;


-- The application reads, and adds by `ledger.append` alone, which acts as the owner of the tables.
-- To delete (an erasure) and to rewrap (a rotation) is another role's.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_app') THEN
        GRANT USAGE ON SCHEMA vault TO jiefang_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA vault TO jiefang_app;
        GRANT INSERT ON vault.ledger_key TO jiefang_app;
    END IF;
END $$;
