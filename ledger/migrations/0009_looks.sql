-- What auditors opened: written before it is shown to them, and only ever added to. And passwords that go.

CREATE TABLE looks (
    look        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    account     text        NOT NULL,
    session     bigint      NOT NULL,
    route       text        NOT NULL,  -- as the program names it, never what was searched for
    demand      text
);
CREATE INDEX looks_of_account ON looks (account, look);
CREATE INDEX looks_of_demand ON looks (demand, look) WHERE demand IS NOT NULL;
CREATE INDEX looks_of_session ON looks (session, route, demand, at);

GRANT SELECT, INSERT ON looks TO lianban_app;

-- An administrator takes a password away; a link is then the only way to have one again.
GRANT DELETE ON credentials TO lianban_app;
