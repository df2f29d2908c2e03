//! What makes each stored form out of the one before. The search path leads to the schema of the store.

/// A new schema goes through them all.
pub(super) const MIGRATIONS: &[&str] = &[FORM_1];

const FORM_1: &str = r#"
CREATE TABLE sopflow_store (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    -- The stored form.
    version integer NOT NULL,
    -- What is added to the number that the server gives to a transaction: not 0 once the store has moved to a server that
    -- counts from lower numbers.
    shift bigint NOT NULL
);
INSERT INTO sopflow_store (version, shift) VALUES (1, 0);

CREATE TABLE events (
    -- The place among all events: the transaction, then the number within it, counted from 1.
    transaction bigint NOT NULL,
    event integer NOT NULL,
    version integer NOT NULL,
    case_id uuid NOT NULL,
    -- Whether it is the last event that its command made.
    is_answer boolean NOT NULL,
    link bytea NOT NULL,
    body bytea NOT NULL,
    command text COLLATE "C",
    PRIMARY KEY (case_id, version)
);
CREATE INDEX events_in_order ON events (transaction, event);
CREATE UNIQUE INDEX events_by_command ON events (command) WHERE is_answer;

CREATE TABLE cases (
    case_id uuid PRIMARY KEY,
    reference text COLLATE "C",
    procedure text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX cases_by_reference ON cases (reference, case_id) WHERE reference IS NOT NULL;
CREATE INDEX cases_by_status ON cases (procedure, status, case_id);

-- Lists by numbers, which make short keys.
CREATE TABLE lists (
    list integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text COLLATE "C" PRIMARY KEY
);

-- Entries come and go all the time, so what is gone is cleared away sooner than is usual.
CREATE TABLE items (
    due bigint NOT NULL,
    since bigint NOT NULL,
    case_id uuid NOT NULL,
    list integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (list, due, case_id, name)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
CREATE INDEX items_by_since ON items (list, since, case_id, name);

CREATE TABLE definitions (
    name text COLLATE "C" PRIMARY KEY,
    body bytea NOT NULL
);

CREATE TABLE checkpoints (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body bytea NOT NULL
);

-- The numbers of lists; those that are new get one.
CREATE FUNCTION numbers_of_lists(names text[]) RETURNS integer[]
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
    numbers integer[] := ARRAY(SELECT (SELECT l.list FROM lists l WHERE l.name = n.name)
        FROM unnest(names) WITH ORDINALITY n(name, place) ORDER BY n.place);
BEGIN
    IF array_position(numbers, NULL) IS NULL THEN
        RETURN numbers;
    END IF;
    INSERT INTO lists (name) SELECT n.name FROM unnest(names) n(name) ORDER BY n.name ON CONFLICT DO NOTHING;
    RETURN ARRAY(SELECT (SELECT l.list FROM lists l WHERE l.name = n.name)
        FROM unnest(names) WITH ORDINALITY n(name, place) ORDER BY n.place);
END
$$;

-- Commits to many cases. They stand in the order of cases, so that every transaction waits for others in this order, and no
-- circle of waiting comes about. Events, rows and entries name their commit, and entries their list, by its place in the
-- arrays, counted from 1. Answers with the place before the first event, and with the commits that are refused.
--
-- What another transaction has not yet committed is not seen when the commits are examined. The unique keys of events then
-- make this one wait, and examine once more.
CREATE FUNCTION commit_cases(
    commit_case uuid[], commit_expected integer[],
    event_commit integer[], event_place integer[], event_version integer[], event_is_answer boolean[], event_link bytea[], event_body bytea[],
    event_command text[],
    row_commit integer[], row_case uuid[], row_reference text[], row_procedure text[], row_status text[], row_body bytea[],
    list_names text[],
    gone_commit integer[], gone_list integer[], gone_due bigint[], gone_case uuid[], gone_name text[],
    item_commit integer[], item_list integer[], item_due bigint[], item_case uuid[], item_name text[], item_since bigint[],
    item_body bytea[],
    OUT own bigint, OUT base integer, OUT refused integer[]
)
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    lists integer[];
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
    SELECT pg_current_xact_id()::text::bigint + s.shift INTO own FROM sopflow_store s;
    base := coalesce((SELECT e.event FROM events e WHERE e.transaction = own ORDER BY e.event DESC LIMIT 1), 0);

    FOR attempt IN 1..20 LOOP
        -- A case is added to where it ends at the expected version, unless its last event is of a later transaction: one that
        -- began early and was overtaken would else put a later version before an earlier one.
        refused := ARRAY(
            SELECT n.place FROM unnest(commit_case, commit_expected) WITH ORDINALITY n(case_id, expected, place)
            WHERE NOT coalesce((SELECT e.version = n.expected AND e.transaction <= own FROM events e
                WHERE e.case_id = n.case_id ORDER BY e.version DESC LIMIT 1), n.expected = 0)
            UNION
            SELECT n.commit FROM unnest(event_commit, event_command) n(commit, command)
            WHERE (SELECT e.is_answer FROM events e WHERE e.command = n.command AND e.is_answer));
        BEGIN
            INSERT INTO events (transaction, event, version, case_id, is_answer, link, body, command)
            SELECT own, base + n.place, n.version, commit_case[n.commit], n.is_answer, n.link, n.body, n.command
            FROM unnest(event_commit, event_place, event_version, event_is_answer, event_link, event_body, event_command)
                n(commit, place, version, is_answer, link, body, command)
            WHERE n.commit <> ALL (refused)
            ORDER BY n.commit, n.version;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            IF attempt = 20 THEN
                RAISE serialization_failure USING MESSAGE = 'others keep committing to the same cases';
            END IF;
        END;
    END LOOP;
    IF cardinality(refused) = cardinality(commit_case) THEN
        RETURN;
    END IF;

    INSERT INTO cases (case_id, reference, procedure, status, body)
    SELECT n.case_id, n.reference, n.procedure, n.status, n.body
    FROM unnest(row_commit, row_case, row_reference, row_procedure, row_status, row_body)
        n(commit, case_id, reference, procedure, status, body)
    WHERE n.commit <> ALL (refused)
    ON CONFLICT (case_id) DO UPDATE SET
        reference = excluded.reference, procedure = excluded.procedure, status = excluded.status, body = excluded.body;

    lists := numbers_of_lists(list_names);

    DELETE FROM items i
    USING unnest(gone_commit, gone_list, gone_due, gone_case, gone_name) n(commit, list, due, case_id, name)
    WHERE i.list = lists[n.list] AND i.due = n.due AND i.case_id = n.case_id AND i.name = n.name
        AND n.commit <> ALL (refused);

    INSERT INTO items (list, due, case_id, name, since, body)
    SELECT lists[n.list], n.due, n.case_id, n.name, n.since, n.body
    FROM unnest(item_commit, item_list, item_due, item_case, item_name, item_since, item_body)
        n(commit, list, due, case_id, name, since, body)
    WHERE n.commit <> ALL (refused);

    PERFORM pg_notify(current_schema(), '');
END
$$;
"#;
