-- What is known of stored files. Their content lies in the attachment store, by the same SHA-256.
CREATE TABLE attachments (
    sha256      text        PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type  text        NOT NULL,
    size        bigint      NOT NULL CHECK (size > 0),
    width       integer,
    height      integer,
    thumbnail   text,       -- SHA-256 of a smaller one, stored beside it; images have it
    stored_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who brought it: what an event names can only be named by somebody who had it.
CREATE TABLE attachment_bearers (
    sha256      text        NOT NULL REFERENCES attachments,
    account     text        NOT NULL,
    brought_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sha256, account)
);

GRANT SELECT, INSERT ON attachments, attachment_bearers TO lianban_app;
