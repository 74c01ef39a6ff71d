-- Demand lists as clerks upload them: the workbook, what they mended in it, and how starting it went.

CREATE TABLE uploads (
    upload      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file        text        NOT NULL,
    content     bytea       NOT NULL,
    account     text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    good        integer     NOT NULL DEFAULT 0,  -- as last checked
    bad         integer     NOT NULL DEFAULT 0
);

-- A row that somebody typed anew (the last time counts), or left out and said why.
CREATE TABLE upload_mends (
    upload      bigint      NOT NULL REFERENCES uploads,
    sheet       text        NOT NULL,
    row         integer     NOT NULL,
    typed       jsonb,
    left_out    text,
    account     text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (upload, sheet, row)
);

-- `rows` are the good rows as they were checked when somebody pressed the button: whoever goes on
-- after an interruption starts the same. No `ended_at` and an old `beat_at` is an interruption.
CREATE TABLE upload_starts (
    upload      bigint      PRIMARY KEY REFERENCES uploads,
    list_id     text        NOT NULL,
    meeting     text        NOT NULL,
    account     text        NOT NULL,
    rows        jsonb       NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    beat_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at    timestamptz,
    done        integer     NOT NULL DEFAULT 0,
    total       integer     NOT NULL DEFAULT 0,
    outcome     jsonb,
    problem     jsonb
);

GRANT SELECT, INSERT, UPDATE ON uploads, upload_starts TO lianban_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON upload_mends TO lianban_app;
