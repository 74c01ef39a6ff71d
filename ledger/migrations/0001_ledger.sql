-- Events, current state, and what the way of a command needs beside them.

CREATE TABLE events (
    demand      text        NOT NULL,
    seq         integer     NOT NULL CHECK (seq > 0),
    kind        text        NOT NULL,
    at          timestamptz NOT NULL,
    account     text        NOT NULL,
    command_id  text        NOT NULL,
    prev        text        NOT NULL,
    hash        text        NOT NULL,
    body        text        NOT NULL,  -- canonical JSON: its SHA-256 is `hash`
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (demand, seq)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only: % is refused', TG_OP USING ERRCODE = 'LB002';
END $$;

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Current state: `state` is the fold of events 1..seq, the other columns are read out of it.
-- `contiguous` is the last seq up to which no event is missing.
CREATE TABLE demands (
    demand      text        PRIMARY KEY,
    seq         integer     NOT NULL,
    hash        text        NOT NULL,
    contiguous  integer     NOT NULL DEFAULT 0,
    list_id     text        NOT NULL,
    number      integer     NOT NULL,
    status      text        NOT NULL,
    open        boolean     NOT NULL,
    chain       text        NOT NULL,
    chain_name  text        NOT NULL,
    enterprise  text        NOT NULL,
    enterprise_name text    NOT NULL,
    category    text        NOT NULL,
    urgency     text        NOT NULL,
    text        text        NOT NULL,
    unit        text,
    unit_name   text,
    squad       text,
    squad_name  text,
    holder_role text,
    holder_code text,
    round       integer     NOT NULL,
    returns     integer     NOT NULL,
    promised_by timestamptz,
    listed_at   timestamptz NOT NULL,
    since       timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    state       jsonb       NOT NULL
);

CREATE INDEX demands_by_list   ON demands (list_id, number);
CREATE INDEX demands_by_status ON demands (status, list_id, number);
CREATE INDEX demands_by_chain  ON demands (chain, status, list_id, number);
CREATE INDEX demands_by_unit   ON demands (unit, status, list_id, number);
CREATE INDEX demands_by_squad  ON demands (squad, status, list_id, number);
CREATE INDEX demands_by_enterprise ON demands (enterprise, status);
CREATE INDEX demands_promised  ON demands (promised_by, demand) WHERE promised_by IS NOT NULL AND open;

-- Who asked for what and has not been recorded yet: written before the command is sent.
CREATE TABLE intents (
    demand      text        NOT NULL,
    command_id  text        NOT NULL,
    opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (demand, command_id)
);
CREATE INDEX intents_by_age ON intents (opened_at);

-- What must never happen and is never ignored.
CREATE TABLE alarms (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    demand      text        NOT NULL,
    seq         integer     NOT NULL,
    kind        text        NOT NULL,
    detail      jsonb       NOT NULL,
    raised_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX alarms_once ON alarms (demand, seq, kind, (detail->>'offered_hash'));

CREATE TABLE lists (
    list_id     text        PRIMARY KEY,
    meeting     text        NOT NULL DEFAULT '',
    last_number integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The ledger owns the ids: one for each list, enterprise and normalised text, for ever.
CREATE TABLE reservations (
    demand      text        PRIMARY KEY,
    list_id     text        NOT NULL REFERENCES lists,
    number      integer     NOT NULL,
    enterprise  text        NOT NULL,
    text_key    text        NOT NULL,
    command_id  text        NOT NULL UNIQUE,
    command     jsonb       NOT NULL,
    imported    jsonb       NOT NULL,  -- what the list last said of the fields that may be amended
    reserved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (list_id, enterprise, text_key),
    UNIQUE (list_id, number)
);
CREATE INDEX reservations_by_enterprise ON reservations (enterprise);

-- Writes consecutive events and the state after them, once; they may come twice or out of order.
-- Returns the contiguous seq. Raises LB001 where the same (demand, seq) has other content, or where
-- the event before or after is not of the same chain: that one, then, has other content.
CREATE FUNCTION record_events(p_events jsonb, p_current jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_demand     text    := p_current->>'demand';
    v_first      integer := (p_events->0->>'seq')::integer;
    v_last       integer := (p_current->>'seq')::integer;
    v_new        integer;
    v_contiguous integer;
    v_recorded   integer;
    v_clash      record;
BEGIN
    -- One writer of a demand at a time: before there is a row to lock, two would count apart.
    PERFORM pg_advisory_xact_lock(hashtextextended(v_demand, 0));

    INSERT INTO events (demand, seq, kind, at, account, command_id, prev, hash, body)
    SELECT demand, seq, kind, at, account, command_id, prev, hash, body
      FROM jsonb_populate_recordset(NULL::events, p_events)
    ON CONFLICT (demand, seq) DO NOTHING;
    GET DIAGNOSTICS v_new = ROW_COUNT;

    IF v_new < jsonb_array_length(p_events) THEN
        SELECT e.seq, e.hash AS recorded_hash, n.hash AS offered_hash INTO v_clash
          FROM jsonb_populate_recordset(NULL::events, p_events) n
          JOIN events e ON e.demand = n.demand AND e.seq = n.seq
         WHERE (e.kind, e.at, e.account, e.command_id, e.prev, e.hash, e.body)
               IS DISTINCT FROM (n.kind, n.at, n.account, n.command_id, n.prev, n.hash, n.body)
         ORDER BY e.seq LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'demand % has another event %', v_demand, v_clash.seq
                USING ERRCODE = 'LB001', DETAIL = to_jsonb(v_clash)::text;
        END IF;
    END IF;

    SELECT e.seq, e.hash AS recorded_hash, p_events->0->>'prev' AS offered_hash INTO v_clash
      FROM events e
     WHERE e.demand = v_demand AND e.seq = v_first - 1 AND e.hash <> p_events->0->>'prev'
     UNION ALL
    SELECT e.seq, e.hash, p_events->-1->>'hash'
      FROM events e
     WHERE e.demand = v_demand AND e.seq = v_last + 1 AND e.prev <> p_events->-1->>'hash';
    IF FOUND THEN
        RAISE EXCEPTION 'demand % has another event %', v_demand, v_clash.seq
            USING ERRCODE = 'LB001', DETAIL = to_jsonb(v_clash)::text;
    END IF;

    SELECT d.contiguous, d.seq INTO v_contiguous, v_recorded
      FROM demands d WHERE d.demand = v_demand FOR UPDATE;
    v_contiguous := coalesce(v_contiguous, 0);
    IF coalesce(v_recorded, 0) = v_contiguous AND v_first = v_contiguous + 1 THEN
        v_contiguous := v_last;  -- the usual case: nothing missing, nothing ahead
    ELSE
        SELECT coalesce(max(run.seq), v_contiguous) INTO v_contiguous
          FROM (SELECT e.seq, e.seq - row_number() OVER (ORDER BY e.seq) AS missing
                  FROM events e
                 WHERE e.demand = v_demand AND e.seq > v_contiguous) run
         WHERE run.missing = v_contiguous;
    END IF;

    IF v_recorded >= v_last THEN
        UPDATE demands SET contiguous = greatest(contiguous, v_contiguous)
         WHERE demand = v_demand;
    ELSE
        INSERT INTO demands AS d
        SELECT * FROM jsonb_populate_record(
            NULL::demands, p_current || jsonb_build_object('contiguous', v_contiguous))
        ON CONFLICT (demand) DO UPDATE SET
            seq = excluded.seq, hash = excluded.hash,
            contiguous = greatest(d.contiguous, excluded.contiguous),
            status = excluded.status, open = excluded.open,
            category = excluded.category, urgency = excluded.urgency,
            unit = excluded.unit, unit_name = excluded.unit_name,
            squad = excluded.squad, squad_name = excluded.squad_name,
            holder_role = excluded.holder_role, holder_code = excluded.holder_code,
            round = excluded.round, returns = excluded.returns,
            promised_by = excluded.promised_by, since = excluded.since,
            changed_at = excluded.changed_at, state = excluded.state
        WHERE d.seq < excluded.seq;
    END IF;

    DELETE FROM intents i
     USING jsonb_populate_recordset(NULL::events, p_events) n
     WHERE i.demand = n.demand AND i.command_id = n.command_id;
    RETURN v_contiguous;
END $$;
