-- Who looked at what is personal, when and why: a chain of hashes. May be run again at any time.

CREATE TABLE IF NOT EXISTS vault.view (
    number bigint PRIMARY KEY CHECK (number > 0),
    person text COLLATE "C" NOT NULL CHECK (person ~ '^[a-z0-9-]+$'),
    viewer text COLLATE "C" NOT NULL CHECK (viewer ~ '^[a-z0-9-]+$'),
    purpose text COLLATE "C" NOT NULL CHECK (purpose ~ '^[a-z_]+$'),
    at timestamptz NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX IF NOT EXISTS view_by_person ON vault.view (person, number);

CREATE OR REPLACE TRIGGER append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.view
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE vault.view ENABLE ALWAYS TRIGGER append_only;


-- Log that the viewer is shown these persons. One at a time: each row holds the hash of the one
-- before, and of itself as JSON with sorted keys and no spaces; before the first stand zeros.
CREATE OR REPLACE FUNCTION vault.log_views(p_persons text[], p_viewer text, p_purpose text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last_number bigint;
    last_at     timestamptz;
    last_hash   bytea;
    one         text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('vault.view', 0));
    SELECT number, at, hash INTO last_number, last_at, last_hash
    FROM vault.view ORDER BY number DESC LIMIT 1;
    last_number := coalesce(last_number, 0);
    last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    FOREACH one IN ARRAY p_persons LOOP
        last_number := last_number + 1;
        last_at := greatest(last_at, clock_timestamp());
        last_hash := sha256(last_hash || convert_to(format(
            '{"at":"%s","number":%s,"person":"%s","purpose":"%s","viewer":"%s"}',
            to_char(last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            last_number, one, p_purpose, p_viewer), 'UTF8'));
        INSERT INTO vault.view (number, person, viewer, purpose, at, hash)
        VALUES (last_number, one, p_viewer, p_purpose, last_at, last_hash);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION vault.log_views FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_app') THEN
        GRANT SELECT ON vault.view TO jiefang_app;
        GRANT EXECUTE ON FUNCTION vault.log_views TO jiefang_app;
    END IF;
END $$;
