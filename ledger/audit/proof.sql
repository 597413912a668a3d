-- The sealed log: the hashes of its Merkle tree, and every checkpoint that was signed of it.
-- Run by the owner at every start, under a lock; running it again changes nothing.

CREATE SCHEMA IF NOT EXISTS proof;

-- C2SP tlog-tiles: of each level, 256 hashes a row; the last row of a level grows.
CREATE TABLE IF NOT EXISTS proof.tiles (
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    number bigint   NOT NULL CHECK (number >= 0),
    hashes bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192
                                    AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, number)
);

CREATE TABLE IF NOT EXISTS proof.checkpoints (
    size      bigint PRIMARY KEY CHECK (size > 0),
    note      text NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What witnesses have added to a checkpoint: the line of each below its note.
CREATE TABLE IF NOT EXISTS proof.cosignatures (
    size        bigint NOT NULL REFERENCES proof.checkpoints,
    name        text COLLATE "C" NOT NULL,
    line        text NOT NULL,
    cosigned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (size, name)
);

-- A hash that is there stays where it is.
CREATE OR REPLACE FUNCTION proof.refuse_other_hashes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.level, NEW.number) <> (OLD.level, OLD.number)
       OR substr(NEW.hashes, 1, octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'tile %/% may grow at its end and nothing else', OLD.level, OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DO $$
BEGIN
    CREATE OR REPLACE TRIGGER grows BEFORE UPDATE ON proof.tiles
        FOR EACH ROW EXECUTE FUNCTION proof.refuse_other_hashes();
    CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON proof.tiles
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
    CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON proof.checkpoints
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
    CREATE OR REPLACE TRIGGER append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON proof.cosignatures
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
    ALTER TABLE proof.cosignatures ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE proof.tiles ENABLE ALWAYS TRIGGER grows;
    ALTER TABLE proof.tiles ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE proof.checkpoints ENABLE ALWAYS TRIGGER append_only;
END $$;

GRANT USAGE ON SCHEMA proof TO jiefang_app, jiefang_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA proof TO jiefang_app, jiefang_reader;
GRANT INSERT ON ALL TABLES IN SCHEMA proof TO jiefang_app;
GRANT UPDATE (hashes) ON proof.tiles TO jiefang_app;
