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


CREATE OR REPLACE FUNCTION vault.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a paper never changes: a correction is the next version'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER paper_never_changes
    BEFORE UPDATE OR TRUNCATE ON vault.paper
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
ALTER TABLE vault.paper ENABLE ALWAYS TRIGGER paper_never_changes;


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


-- The vault's part of an append, in the same transaction. A person who has a key already must not
-- get a second one: the append's own check of her stream comes first, so a conflict is an error.
CREATE OR REPLACE FUNCTION vault.store(
    p_persons text[],
    p_wrapped bytea[],
    p_master text[],
    p_paper_persons text[],
    p_kinds text[],
    p_versions int[],
    p_sealed bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(p_persons) > 0 THEN
        INSERT INTO vault.person_key (person, wrapped, master_key)
        SELECT * FROM unnest(p_persons, p_wrapped, p_master);
    END IF;
    IF cardinality(p_paper_persons) > 0 THEN
        INSERT INTO vault.paper (person, kind, version, sealed)
        SELECT * FROM unnest(p_paper_persons, p_kinds, p_versions, p_sealed);
    END IF;
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
