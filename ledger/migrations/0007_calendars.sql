-- The working calendars that this park has adopted, beside those that come with the program. Nothing
-- is changed or deleted: a year, or the office, gets a new version in a new row.
CREATE TABLE calendar_years (
    year       integer     NOT NULL,
    version    text        NOT NULL,
    body       jsonb       NOT NULL,
    adopted_by text        NOT NULL,
    adopted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (year, version)
);
CREATE TABLE calendar_offices (
    version    text        PRIMARY KEY,
    body       jsonb       NOT NULL,
    adopted_by text        NOT NULL,
    adopted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT ON calendar_years, calendar_offices TO lianban_app;
