-- What is due next of each demand, and the outbox: whom each event is told to, and by which way.

ALTER TABLE demands
    ADD COLUMN due_at    timestamptz,
    ADD COLUMN due_clock text,
    ADD COLUMN overdue   boolean NOT NULL DEFAULT false,
    ADD COLUMN calendar  text;
CREATE INDEX demands_due ON demands (due_at, demand) WHERE open AND due_at IS NOT NULL;
CREATE INDEX demands_overdue ON demands (list_id, number) WHERE overdue;

-- One row for each person and way. The row of the channel 'inbox' is written with the event itself;
-- the dispatcher adds those of the other channels (docs/adr/0012). A group has one row, account '*'.
CREATE TABLE messages (
    id            bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,  -- what people type
    demand        text        NOT NULL,
    seq           integer     NOT NULL,
    account       text        NOT NULL,
    channel       text        NOT NULL,
    kind          text        NOT NULL,   -- of the event
    recipient     text        NOT NULL,   -- as the event has it, with its code
    code          text        NOT NULL,
    copy_to       boolean     NOT NULL,
    stands_in_for text,                   -- recipients with nobody in the directory
    not_before    timestamptz NOT NULL,
    urgency       text        NOT NULL,
    digest        boolean     NOT NULL,
    tries_allowed integer     NOT NULL,
    status        text        NOT NULL CHECK (CASE channel
        WHEN 'inbox' THEN status IN ('unread', 'read')
        ELSE status IN ('queued', 'sending', 'sent', 'uncertain', 'failed', 'passed_on') END),
    -- Of an inbox row: the way that was chosen, those that failed, and what is left to a person.
    routed        boolean     NOT NULL DEFAULT false,
    via           text,
    tried         text[]      NOT NULL DEFAULT '{}',
    by_hand       text CHECK (by_hand IN ('no_channel', 'all_failed')),
    passed_on_by  text,
    passed_on_at  timestamptz,
    -- Of any other row.
    batch         bigint,
    attempts      integer     NOT NULL DEFAULT 0,
    attempted_at  timestamptz,
    next_try      timestamptz,
    last_reason   text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at    timestamptz,
    PRIMARY KEY (demand, seq, account, channel)
);
CREATE INDEX messages_of_account ON messages (account, status, id) WHERE channel = 'inbox';
CREATE INDEX messages_unrouted ON messages (id) WHERE channel = 'inbox' AND NOT routed;
CREATE INDEX messages_by_hand ON messages (id) WHERE by_hand IS NOT NULL AND passed_on_at IS NULL;
CREATE INDEX messages_unsettled ON messages (status, id)
    WHERE status IN ('queued', 'sending', 'uncertain', 'failed');

-- One attempt to send: of one message, or of a digest of several. What was started is counted for
-- the channel's limit; what was taken and not started has certainly not been sent.
CREATE TABLE batches (
    batch       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel     text        NOT NULL,
    account     text        NOT NULL,
    taken_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at  timestamptz,
    settled_at  timestamptz,
    outcome     text CHECK (outcome IN ('sent', 'failed', 'rejected', 'uncertain', 'released')),
    reason      text
);
CREATE INDEX batches_started ON batches (channel, started_at);
CREATE INDEX batches_open ON batches (batch) WHERE settled_at IS NULL;
ALTER TABLE messages ADD FOREIGN KEY (batch) REFERENCES batches;
CREATE INDEX messages_of_batch ON messages (batch) WHERE batch IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON messages, batches TO lianban_app;

-- The accounts that a recipient means by the directory in force. A park-wide leader is one who
-- belongs to the secretary unit of a chain.
CREATE FUNCTION people_of(p_recipient text, p_code text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT a.account FROM accounts a
     WHERE a.retired_at IS NULL AND CASE p_recipient
        WHEN 'unit'         THEN a.role IN ('unit', 'bureau') AND a.belongs_to = p_code
        WHEN 'unit_leader'  THEN a.role IN ('unit', 'bureau') AND a.belongs_to = p_code
        WHEN 'co_handler'   THEN a.role IN ('unit', 'bureau') AND a.belongs_to = p_code
        WHEN 'squad'        THEN a.role = 'squad' AND a.belongs_to = p_code
        WHEN 'handler'      THEN a.account = p_code
        WHEN 'chain_leader' THEN a.role = 'leader' AND a.belongs_to = p_code
        WHEN 'secretary_unit' THEN a.role IN ('unit', 'bureau') AND a.belongs_to IN (
            SELECT c.secretary_unit FROM chains c WHERE c.code = p_code AND c.retired_at IS NULL)
        WHEN 'committee'    THEN a.role = 'leader' AND a.belongs_to IN (
            SELECT c.secretary_unit FROM chains c WHERE c.retired_at IS NULL)
        WHEN 'supervision'  THEN a.role = 'bureau'
        WHEN 'bureau'       THEN a.role = 'bureau'
        ELSE false END
     UNION ALL
    SELECT 'enterprise:' || e.uscc FROM enterprises e
     WHERE p_recipient = 'enterprise' AND e.uscc = p_code AND e.retired_at IS NULL
$$;

-- Puts what events tell into the inboxes, one row for each event and person. Where a recipient has
-- nobody, the bureau stands in; a park without a bureau keeps the row under the name 'bureau'.
CREATE FUNCTION put_into_inboxes(p_told jsonb, p_current jsonb) RETURNS void
LANGUAGE sql AS $$
    WITH told AS (
        SELECT e.seq, e.kind, n.recipient, n.code, n.copy_to, n.not_before,
               ARRAY(SELECT people_of(n.recipient, n.code)) AS people
          FROM jsonb_to_recordset(p_told) AS e(seq integer, kind text, tell jsonb)
         CROSS JOIN LATERAL jsonb_to_recordset(e.tell)
               AS n(recipient text, code text, copy_to boolean, not_before timestamptz)
    ), bureau AS (
        SELECT people_of('bureau', '') AS account
    ), rows AS (
        SELECT seq, kind, recipient, code, copy_to, not_before, unnest(people) AS account,
               NULL AS stands_in_for
          FROM told
         UNION ALL
        SELECT t.seq, t.kind, 'bureau', '', t.copy_to, t.not_before, coalesce(b.account, 'bureau'),
               concat_ws(':', t.recipient, nullif(t.code, ''))
          FROM told t LEFT JOIN bureau b ON true
         WHERE cardinality(t.people) = 0
    )
    INSERT INTO messages (demand, seq, account, channel, kind, recipient, code, copy_to,
                          stands_in_for, not_before, urgency, digest, tries_allowed, status)
    SELECT DISTINCT ON (r.seq, r.account)
           p_current->>'demand', r.seq, r.account, 'inbox', r.kind, r.recipient, r.code, r.copy_to,
           string_agg(r.stands_in_for, ', ') OVER (PARTITION BY r.seq, r.account),
           r.not_before, p_current->>'urgency',
           coalesce((p_current #>> '{state,policy,messages,digest}')::boolean, true),
           coalesce((p_current #>> '{state,policy,messages,tries}')::integer, 5), 'unread'
      FROM rows r
     ORDER BY r.seq, r.account, r.stands_in_for IS NOT NULL, r.copy_to, r.not_before
    ON CONFLICT (demand, seq, account, channel) DO NOTHING
$$;

-- Writes consecutive events and the state after them, once; they may come twice or out of order.
-- Returns the contiguous seq. Raises LB001 where the same (demand, seq) has other content, or where
-- the event before or after is not of the same chain: that one, then, has other content. Whom an
-- event tells is in the inboxes with the event, or neither is there.
CREATE OR REPLACE FUNCTION record_events(p_events jsonb, p_current jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_demand     text    := p_current->>'demand';
    v_first      integer := (p_events->0->>'seq')::integer;
    v_last       integer := (p_current->>'seq')::integer;
    v_new        integer;
    v_contiguous integer;
    v_recorded   integer;
    v_told       jsonb;
    v_clash      record;
BEGIN
    -- One writer of a demand at a time: before there is a row to lock, two would count apart.
    PERFORM pg_advisory_xact_lock(hashtextextended(v_demand, 0));

    WITH fresh AS (
        INSERT INTO events (demand, seq, kind, at, account, command_id, prev, hash, body)
        SELECT demand, seq, kind, at, account, command_id, prev, hash, body
          FROM jsonb_populate_recordset(NULL::events, p_events)
        ON CONFLICT (demand, seq) DO NOTHING
        RETURNING seq, kind, body
    )
    -- Canonical JSON has no white space, and a quotation mark inside a text is escaped.
    SELECT count(*), jsonb_agg(jsonb_build_object(
               'seq', seq, 'kind', kind, 'tell', body::jsonb #> '{event,tell}'))
               FILTER (WHERE body LIKE '%"tell":[{%')
      INTO v_new, v_told FROM fresh;

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
            NULL::demands,
            '{"overdue": false}' || p_current || jsonb_build_object('contiguous', v_contiguous))
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
            changed_at = excluded.changed_at, state = excluded.state,
            due_at = excluded.due_at, due_clock = excluded.due_clock,
            overdue = excluded.overdue, calendar = excluded.calendar
        WHERE d.seq < excluded.seq;
    END IF;

    IF v_told IS NOT NULL THEN
        PERFORM put_into_inboxes(v_told, p_current);
    END IF;

    DELETE FROM intents i
     USING jsonb_populate_recordset(NULL::events, p_events) n
     WHERE i.demand = n.demand AND i.command_id = n.command_id;
    RETURN v_contiguous;
END $$;
