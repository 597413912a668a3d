-- The store: one append-only log in one gap-free order, and what an append needs beside it.
-- Run by the owner at every start, under a lock; running it again changes nothing.

CREATE SCHEMA IF NOT EXISTS ledger;

-- The scripts that were run, by their SHA-256.
CREATE TABLE IF NOT EXISTS ledger.scripts (
    digest bytea PRIMARY KEY,
    run_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The table of `eventsourcing` 9.5, owned by us. Positions are given under the order lock, so
-- they have no gaps and their order is the order of commits; no sequence, hence no default.
-- Names are plain, so that every JSON writer in the world gives an entry of the log the same bytes.
CREATE TABLE IF NOT EXISTS ledger.stored_events (
    originator_id      text COLLATE "C" NOT NULL CHECK (originator_id ~ '^[a-z0-9/-]+$'),
    originator_version bigint NOT NULL CHECK (originator_version >= 0),
    topic              text COLLATE "C" NOT NULL CHECK (topic ~ '^[a-z0-9.-]+$'),
    state              bytea  NOT NULL CHECK (octet_length(state) <= 60000),
    notification_id    bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_vacuum_threshold = 100000000, autovacuum_analyze_threshold = 1000,
        autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.01);
CREATE UNIQUE INDEX IF NOT EXISTS stored_events_notification_id_idx
    ON ledger.stored_events (notification_id);

-- When a run of positions was recorded: equal within a batch, rising between batches.
CREATE TABLE IF NOT EXISTS ledger.batches (
    first_position bigint PRIMARY KEY,
    last_position  bigint NOT NULL UNIQUE,
    recorded_at    timestamptz NOT NULL UNIQUE,
    CHECK (first_position <= last_position)
);

-- What an accepted command became, for ever: the same key gets the first answer.
CREATE TABLE IF NOT EXISTS ledger.command_keys (
    actor          text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL CHECK (char_length(key) BETWEEN 1 AND 80),
    request        bytea  NOT NULL,
    first_position bigint NOT NULL,
    events         integer NOT NULL CHECK (events > 0),
    PRIMARY KEY (actor, key)
);

-- One row: the epoch changes with every restore or failover, the kind with the first event.
CREATE TABLE IF NOT EXISTS ledger.book (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    kind  text CHECK (kind IN ('live', 'demo', 'test'))
);
INSERT INTO ledger.book DEFAULT VALUES ON CONFLICT DO NOTHING;

-- The tracking table of `eventsourcing` 9.5: how far each projection has come.
CREATE TABLE IF NOT EXISTS ledger.notification_tracking (
    application_name text PRIMARY KEY,
    notification_id  bigint
);
INSERT INTO ledger.notification_tracking VALUES ('__migration__', 1) ON CONFLICT DO NOTHING;


-- Append-only against SQL too: who would change what is written must first change the schema.
CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the ledger is append-only; a mistake is reversed',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Each only where it is missing: to ask again would wait for a backup that reads the tables, and
-- keep every reader and writer waiting behind it.
DO $$
DECLARE name text;
BEGIN
    IF (SELECT attstorage <> 'm' FROM pg_attribute
        WHERE attrelid = 'ledger.stored_events'::regclass AND attname = 'state') THEN
        ALTER TABLE ledger.stored_events ALTER COLUMN state SET STORAGE MAIN;
    END IF;
    FOREACH name IN ARRAY ARRAY['stored_events', 'batches', 'command_keys'] LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = ('ledger.' || name)::regclass
            AND tgname = 'append_only' AND tgenabled = 'A');
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE '
            'ON ledger.%I FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', name);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only', name);
    END LOOP;
END $$;


-- One advisory lock for every writer, whatever road it takes.
CREATE OR REPLACE FUNCTION ledger.take_order_lock() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appending needs READ COMMITTED, this transaction is %: '
            'a stronger level does not see what a rival has just committed',
            current_setting('transaction_isolation') USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM pg_advisory_xact_lock(4846791002);
END $$;


-- Write events at the end of the log. `p_groups[i]` events were recorded at `p_times[i]`; without
-- times they were all recorded now. Called with the order lock held, by `append` and by the
-- library's own insert.
CREATE OR REPLACE FUNCTION ledger.write_events(
    p_tail bigint, p_streams text[], p_versions bigint[], p_topics text[], p_states bytea[],
    p_not_before timestamptz, p_groups integer[], p_times timestamptz[]
) RETURNS timestamptz[] LANGUAGE plpgsql AS $$
DECLARE
    latest   timestamptz := (SELECT recorded_at FROM ledger.batches ORDER BY last_position DESC LIMIT 1);
    recorded timestamptz[] := '{}';
    first    bigint := p_tail + 1;
BEGIN
    INSERT INTO ledger.stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT e.stream, e.version, e.topic, e.state, p_tail + e.place
    FROM unnest(p_streams, p_versions, p_topics, p_states)
        WITH ORDINALITY AS e (stream, version, topic, state, place);

    FOR i IN 1 .. cardinality(p_groups) LOOP
        latest := greatest(coalesce(p_times[i], clock_timestamp()), p_not_before,
                           latest + interval '1 microsecond');
        INSERT INTO ledger.batches VALUES (first, first + p_groups[i] - 1, latest);
        first := first + p_groups[i];
        recorded := recorded || latest;
    END LOOP;
    PERFORM pg_notify('stored_events', (first - 1)::text);
    RETURN recorded;
END $$;


-- The library's own way in (`insert_events`): same lock, same order, same recorded time.
CREATE OR REPLACE FUNCTION ledger.insert_events(
    p_streams text[], p_versions bigint[], p_topics text[], p_states bytea[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE tail bigint;
BEGIN
    PERFORM ledger.take_order_lock();
    tail := coalesce((SELECT notification_id FROM ledger.stored_events
                      ORDER BY notification_id DESC LIMIT 1), 0);
    PERFORM ledger.write_events(tail, p_streams, p_versions, p_topics, p_states, NULL,
                                ARRAY[cardinality(p_streams)], NULL);
    RETURN tail;
END $$;


-- What tells the event at a position from any other that may stand there in a copy of this log that
-- went on by itself: each holds a random number. NULL before the first.
CREATE OR REPLACE FUNCTION ledger.stamp_of(p_position bigint) RETURNS bytea
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT sha256(state) FROM ledger.stored_events WHERE notification_id = p_position
$$;


-- Streams that somebody else wrote to after `p_frontier`; NULL when there are too many to tell.
CREATE OR REPLACE FUNCTION ledger.moved_since(p_frontier bigint, p_tail bigint) RETURNS text[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    IF p_tail = p_frontier THEN
        RETURN '{}';
    ELSIF p_tail - p_frontier > 10000 THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT array_agg(DISTINCT originator_id) FROM ledger.stored_events
            WHERE notification_id > p_frontier AND notification_id <= p_tail);
END $$;


-- One of other arguments, left by an older version, would stand beside this one.
DO $$
DECLARE older regprocedure;
BEGIN
    FOR older IN SELECT oid FROM pg_proc
                 WHERE pronamespace = 'ledger'::regnamespace AND proname = 'append' LOOP
        EXECUTE format('DROP FUNCTION %s', older);
    END LOOP;
END $$;

-- Append a batch, or say why not. One call, one transaction, one fsync; in seven steps.
--
-- The caller's states are true up to `p_frontier`, where it saw the event of `p_frontier_stamp`, in
-- `p_epoch`; its decisions read `p_read`. `tail` is the last position before the batch, `stamp` that of
-- the last event when all is done.
-- Command i has (`p_actors[i]`, `p_keys[i]`), the digest `p_requests[i]`, and the next `p_counts[i]`
-- of the events; a count of 0 (refused, or a dry run) only has its key looked up.
-- `status`: appended · known (keys that were answered before: nothing written) · moved (the read set
-- was written to by others: nothing written) · taken (somebody else has the identity document of those
-- named: nothing written) · epoch (restored or failed over: drop everything known).
CREATE OR REPLACE FUNCTION ledger.append(
    p_epoch uuid, p_frontier bigint, p_frontier_stamp bytea, p_read text[],
    p_actors text[], p_keys text[], p_requests bytea[], p_counts integer[],
    p_streams text[], p_versions bigint[], p_topics text[], p_states bytea[],
    p_decided_at timestamptz, p_times timestamptz[],
    p_vault_people text[], p_vault_wrapped bytea[], p_vault_masters text[],
    p_paper_people text[], p_paper_kinds text[], p_paper_versions integer[], p_papers bytea[],
    p_search_people text[], p_search_kinds text[], p_search_digests bytea[],
    p_unlist text[], p_forget text[],
    OUT status text, OUT epoch uuid, OUT tail bigint, OUT stamp bytea,
    OUT moved text[], OUT recorded timestamptz[],
    OUT known_places integer[], OUT known_requests bytea[],
    OUT known_positions bigint[], OUT known_events integer[], OUT taken text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- A connection keeps its plans, and those made while a table was small would read all of it when it
-- is large: `max` and joins too, hence ORDER BY … LIMIT 1 and LATERAL below.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    writes boolean := coalesce(cardinality(p_streams), 0) > 0;
    ledger_kind text;
BEGIN
    -- 1. One writer at a time, in a statement of its own, so that the next ones see its rival's work.
    IF writes THEN PERFORM ledger.take_order_lock(); END IF;

    -- 2. A restored or failed-over ledger is another one, and so is one whose log went on differently.
    SELECT b.epoch, b.kind INTO epoch, ledger_kind FROM ledger.book AS b WHERE b.one;
    tail := coalesce((SELECT notification_id FROM ledger.stored_events
                      ORDER BY notification_id DESC LIMIT 1), 0);
    stamp := ledger.stamp_of(tail);
    IF epoch IS DISTINCT FROM p_epoch OR tail < p_frontier
       OR p_frontier_stamp IS DISTINCT FROM ledger.stamp_of(p_frontier) THEN
        status := 'epoch'; RETURN;
    END IF;

    -- 3. Keys that were answered before get their first answer.
    SELECT array_agg(a.place), array_agg(k.request), array_agg(k.first_position), array_agg(k.events)
    INTO known_places, known_requests, known_positions, known_events
    FROM unnest(p_actors, p_keys) WITH ORDINALITY AS a (actor, key, place),
        LATERAL (SELECT * FROM ledger.command_keys AS c
                 WHERE c.actor = a.actor AND c.key = a.key LIMIT 1) AS k;

    -- 4. What others wrote since: does it touch what was read?
    moved := ledger.moved_since(p_frontier, tail);
    IF known_places IS NOT NULL THEN
        status := 'known'; RETURN;
    ELSIF moved IS NULL OR EXISTS (SELECT unnest(moved) INTERSECT SELECT unnest(p_read)) THEN
        status := 'moved'; RETURN;
    END IF;
    IF cardinality(p_search_people) > 0 THEN
        taken := vault.taken(p_search_people, p_search_kinds, p_search_digests);
        IF taken IS NOT NULL THEN status := 'taken'; RETURN; END IF;
    END IF;
    status := 'appended';
    IF NOT writes THEN RETURN; END IF;

    -- 5. Each stream goes on where it ends: the primary key forbids doubles, this forbids gaps.
    PERFORM ledger.refuse_gaps(p_streams, p_versions);
    PERFORM ledger.refuse_uneven(p_counts, p_times, cardinality(p_streams));

    -- 6. Time: given by the clock inside the lock; brought along only by a simulated ledger.
    IF tail = 0 AND p_topics[1] = 'ledger-created.v1' THEN
        ledger_kind := convert_from(p_states[1], 'UTF8')::jsonb -> 'data' ->> 'kind';
        UPDATE ledger.book AS b SET kind = ledger_kind WHERE b.one;
    END IF;
    IF p_times IS NOT NULL AND coalesce(ledger_kind, 'live') = 'live' THEN
        RAISE EXCEPTION 'a live ledger does not simulate its clock' USING ERRCODE = 'invalid_parameter_value';
    ELSIF p_times IS NULL AND p_decided_at > clock_timestamp() + interval '1 minute' THEN
        RAISE EXCEPTION 'decided at %, but the clock of the database says %: set the clocks',
            p_decided_at, clock_timestamp() USING ERRCODE = 'invalid_datetime_format';
    END IF;

    -- 7. Events, keys and vault rows, and the call that wakes the readers.
    stamp := sha256(p_states[cardinality(p_states)]);
    recorded := ledger.write_events(tail, p_streams, p_versions, p_topics, p_states,
        CASE WHEN p_times IS NULL THEN p_decided_at END,
        CASE WHEN p_times IS NULL THEN ARRAY[cardinality(p_streams)] ELSE array_remove(p_counts, 0) END,
        p_times);
    INSERT INTO ledger.command_keys
    SELECT c.actor, c.key, c.request, tail + 1 + c.before, c.events
    FROM (SELECT u.*, sum(u.events) OVER (ORDER BY u.place) - u.events AS before
          FROM unnest(p_actors, p_keys, p_requests, p_counts)
              WITH ORDINALITY AS u (actor, key, request, events, place)) AS c
    WHERE c.events > 0;
    IF cardinality(p_vault_people) + cardinality(p_paper_people) > 0 THEN
        PERFORM vault.store(p_vault_people, p_vault_wrapped, p_vault_masters,
                            p_paper_people, p_paper_kinds, p_paper_versions, p_papers,
                            p_search_people, p_search_kinds, p_search_digests);
    END IF;
    IF cardinality(p_unlist) > 0 THEN PERFORM vault.unlist(p_unlist); END IF;
    IF cardinality(p_forget) > 0 THEN
        PERFORM vault.forget(p_forget);
        PERFORM access.forget(p_forget);
    END IF;
END $$;


-- Less its place among its stream's events in the batch, each version is the one the stream had.
CREATE OR REPLACE FUNCTION ledger.refuse_gaps(p_streams text[], p_versions bigint[])
RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE gap record;
BEGIN
    SELECT f.stream, f.base INTO gap
    FROM (SELECT DISTINCT u.stream, u.version - row_number() OVER (
              PARTITION BY u.stream ORDER BY u.place) AS base
          FROM unnest(p_streams, p_versions) WITH ORDINALITY AS u (stream, version, place)) AS f
    WHERE f.base <> 0 AND f.base IS DISTINCT FROM (
        SELECT e.originator_version FROM ledger.stored_events AS e WHERE e.originator_id = f.stream
        ORDER BY e.originator_version DESC LIMIT 1)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'stream % does not end at version %', gap.stream, gap.base USING ERRCODE = 'unique_violation';
    END IF;
END $$;


-- Counts and times that do not fit the events would give a key another's events, or an event no time.
CREATE OR REPLACE FUNCTION ledger.refuse_uneven(p_counts integer[], p_times timestamptz[], p_events integer)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    writing integer;
    events  bigint;
BEGIN
    SELECT count(*) FILTER (WHERE c > 0), sum(c) INTO writing, events FROM unnest(p_counts) AS c;
    IF events IS DISTINCT FROM p_events OR 0 > ANY (p_counts) THEN
        RAISE EXCEPTION 'the counts % are not those of % events', p_counts, p_events
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF cardinality(p_times) <> writing OR array_position(p_times, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'there are % times for % commands with events', cardinality(p_times), writing
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END $$;


-- The application reads, and writes by `append` alone. Where it answers a question, it acts as the
-- reader, who sees what lies within the asker's horizon.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_app') THEN
        CREATE ROLE jiefang_app NOLOGIN;
        EXECUTE format('GRANT jiefang_app TO %I', current_user);  -- its connections act as the application
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- roles are the cluster's: another database was first
END $$;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_reader') THEN
        CREATE ROLE jiefang_reader NOLOGIN;
    END IF;
    IF NOT pg_has_role('jiefang_app', 'jiefang_reader', 'MEMBER') THEN
        GRANT jiefang_reader TO jiefang_app;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- as above
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO jiefang_app;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO jiefang_app;
GRANT INSERT, UPDATE ON ledger.notification_tracking TO jiefang_app;
GRANT EXECUTE ON FUNCTION ledger.append, ledger.moved_since, ledger.stamp_of TO jiefang_app;
GRANT USAGE ON SCHEMA ledger TO jiefang_reader;
GRANT SELECT ON ledger.stored_events, ledger.batches, ledger.book, ledger.notification_tracking
    TO jiefang_reader;
GRANT EXECUTE ON FUNCTION ledger.stamp_of TO jiefang_reader;
