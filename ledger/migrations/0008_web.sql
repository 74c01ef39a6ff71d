-- What the web application needs: passwords, sessions, links that sign in, limits, live pages.

-- Accounts are the directory's; an account without a row here cannot sign in yet.
CREATE TABLE credentials (
    account     text        PRIMARY KEY,
    password    text        NOT NULL,  -- Argon2id, with its parameters
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One-time links by which somebody sets a password. The link is signed and names the row.
CREATE TABLE activations (
    activation  text        PRIMARY KEY,
    account     text        NOT NULL,
    made_by     text        NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    revoked_at  timestamptz
);
CREATE INDEX activations_of_account ON activations (account, made_at);

-- Only the hash of a session's token is kept: who reads this table cannot sign in with it.
CREATE TABLE web_sessions (
    session     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash  text        NOT NULL UNIQUE,
    account     text        NOT NULL,
    agent       text        NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE INDEX web_sessions_of_account ON web_sessions (account, begun_at) WHERE ended_at IS NULL;

-- What is limited, by whom it was tried: a keyed hash of a name or an address, never itself.
CREATE TABLE web_attempts (
    what        text        NOT NULL,
    key         text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX web_attempts_by_key ON web_attempts (what, key, at);

CREATE TABLE web_secrets (
    name        text        PRIMARY KEY,
    secret      bytea       NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT, UPDATE ON credentials, activations, web_sessions TO lianban_app;
GRANT SELECT, INSERT, DELETE ON web_attempts TO lianban_app;
GRANT SELECT, INSERT ON web_secrets TO lianban_app;

-- Pinyin initials of enterprise and text, written with the row; null where an older program wrote it.
ALTER TABLE demands ADD COLUMN initials text;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX demands_by_words ON demands
    USING gin ((demand || ' ' || enterprise_name || ' ' || text || ' ' || coalesce(initials, ''))
               gin_trgm_ops);
CREATE INDEX demands_by_due ON demands (due_at, list_id, number) WHERE open;

-- Open pages hear of a change by the demand's id, and fetch what they may see.
CREATE FUNCTION tell_pages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('lianban_demands', NEW.demand);
    RETURN NULL;
END $$;
CREATE TRIGGER demands_tell_pages AFTER INSERT OR UPDATE ON demands
    FOR EACH ROW EXECUTE FUNCTION tell_pages();
