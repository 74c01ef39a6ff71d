-- How enterprises come in without an account: links to a demand of theirs, and the public form.

-- The link is signed and names the row; whatever is asked of the row, it is asked at every request.
CREATE TABLE enterprise_links (
    link        text        PRIMARY KEY,
    demand      text        NOT NULL,
    enterprise  text        NOT NULL,
    made_by     text        NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    revoked_by  text,
    opened_at   timestamptz,             -- the last time
    opens       integer     NOT NULL DEFAULT 0
);
CREATE INDEX enterprise_links_of_demand ON enterprise_links (demand, made_at);
CREATE INDEX enterprise_links_made ON enterprise_links (made_at);

-- What somebody sent in by the public form: not a demand until a clerk makes one of it.
CREATE TABLE submissions (
    submission    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt       text        NOT NULL UNIQUE,
    form          text        NOT NULL UNIQUE,  -- the form it came by: sent twice, it is kept once
    enterprise    text        NOT NULL,         -- a name or a credit code, as it was typed
    category      text        NOT NULL,
    text          text        NOT NULL,
    contact_name  text        NOT NULL,
    contact_phone text        NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    standing      text        NOT NULL DEFAULT 'waiting'
                  CHECK (standing IN ('waiting', 'taking', 'taken', 'declined')),
    settled_by    text,
    settled_at    timestamptz,
    demand        text,
    reason        text
);
CREATE INDEX submissions_waiting ON submissions (received_at)
    WHERE standing IN ('waiting', 'taking');
CREATE INDEX submissions_settled ON submissions (settled_at)
    WHERE standing IN ('taken', 'declined');

GRANT SELECT, INSERT, UPDATE ON enterprise_links, submissions TO lianban_app;

CREATE FUNCTION tell_of_submissions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('lianban_demands', '');
    RETURN NULL;
END $$;
CREATE TRIGGER submissions_tell_pages AFTER INSERT OR UPDATE ON submissions
    FOR EACH ROW EXECUTE FUNCTION tell_of_submissions();
