-- What leaders' numbers are counted from: read out of events and states as they are recorded, so that
-- no page has to open thousands of them.

-- When the deadline of a resolution was met, and by whom; late where it had passed before.
CREATE TABLE resolutions (
    demand      text        NOT NULL,
    seq         integer     NOT NULL,
    at          timestamptz NOT NULL,
    unit        text        NOT NULL,
    late        boolean     NOT NULL,
    PRIMARY KEY (demand, seq)
);
CREATE INDEX resolutions_by_time ON resolutions (at);

-- What enterprises said; `silent` where the clock spoke for one that said nothing.
CREATE TABLE evaluations (
    demand      text        NOT NULL,
    seq         integer     NOT NULL,
    at          timestamptz NOT NULL,
    score       smallint    NOT NULL,
    silent      boolean     NOT NULL,
    PRIMARY KEY (demand, seq)
);
CREATE INDEX evaluations_by_time ON evaluations (at);

GRANT SELECT, INSERT ON resolutions, evaluations TO lianban_app;

CREATE FUNCTION count_event(p_demand text, p_seq integer, p_kind text, p_at timestamptz, p_body text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_event jsonb := p_body::jsonb -> 'event';
BEGIN
    IF p_kind = 'resolved' THEN
        INSERT INTO resolutions (demand, seq, at, unit, late)
        SELECT p_demand, p_seq, p_at, coalesce(v_event #>> '{by,unit}', ''),
               jsonb_typeof(clock #> '{running,overdue_since}') = 'string'
          FROM jsonb_array_elements(coalesce(v_event -> 'clocks', '[]')) AS clock
         WHERE clock ->> 'fate' = 'met' AND clock #>> '{running,clock}' = 'resolve'
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO evaluations (demand, seq, at, score, silent)
        VALUES (p_demand, p_seq, p_at, (v_event ->> 'score')::smallint,
                v_event #>> '{by,role}' = 'clock')
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION count_new_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_event(NEW.demand, NEW.seq, NEW.kind, NEW.at, NEW.body);
    RETURN NULL;
END $$;
CREATE TRIGGER events_are_counted AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.kind IN ('resolved', 'evaluated')) EXECUTE FUNCTION count_new_event();

SELECT count_event(demand, seq, kind, at, body) FROM events WHERE kind IN ('resolved', 'evaluated');

-- Of the state: since when something waits for a leader's word, and whether the time to resolve it
-- has passed while nobody has.
ALTER TABLE demands
    ADD COLUMN escalated_at timestamptz,
    ADD COLUMN resolve_late boolean NOT NULL DEFAULT false;

CREATE FUNCTION read_out_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.escalated_at := CASE WHEN NEW.open AND NEW.status <> 'resolved'
        THEN (NEW.state #>> '{escalations,0,at}')::timestamptz END;
    NEW.resolve_late := NEW.open AND EXISTS (
        SELECT FROM jsonb_array_elements(coalesce(NEW.state -> 'running', '[]')) AS running
         WHERE running ->> 'clock' = 'resolve'
           AND jsonb_typeof(running -> 'overdue_since') = 'string');
    RETURN NEW;
END $$;
CREATE TRIGGER demands_read_out_state BEFORE INSERT OR UPDATE OF state ON demands
    FOR EACH ROW EXECUTE FUNCTION read_out_state();
UPDATE demands SET state = state WHERE open;

CREATE INDEX demands_escalated ON demands (escalated_at, demand) WHERE escalated_at IS NOT NULL;
