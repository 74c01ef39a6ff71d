-- The park directory. Nothing is deleted, only retired: `retired_at` is empty while in force.

CREATE TABLE chains (
    code text PRIMARY KEY, name text NOT NULL, committee text NOT NULL,
    lead_enterprise text NOT NULL, secretary_unit text NOT NULL, leader_post text NOT NULL,
    retired_at timestamptz
);
CREATE TABLE units (
    code text PRIMARY KEY, name text NOT NULL, remark text NOT NULL,
    contact_post text NOT NULL, email text NOT NULL, retired_at timestamptz
);
CREATE TABLE squads (
    code text PRIMARY KEY, name text NOT NULL, captain_post text NOT NULL, email text NOT NULL,
    retired_at timestamptz
);
CREATE TABLE routes (
    category text PRIMARY KEY, unit text NOT NULL, squad text, retired_at timestamptz
);
CREATE TABLE enterprises (
    uscc text PRIMARY KEY, name text NOT NULL, chain text NOT NULL, lead boolean NOT NULL,
    contact_post text NOT NULL, email text NOT NULL, retired_at timestamptz
);
CREATE INDEX enterprises_by_name ON enterprises (name);
CREATE TABLE accounts (
    account text PRIMARY KEY, post text NOT NULL, role text NOT NULL,
    belongs_to text NOT NULL, email text NOT NULL, retired_at timestamptz
);

-- Moves with every change, so that a process knows whether what it has read is still in force.
CREATE TABLE directory_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version bigint NOT NULL
);
INSERT INTO directory_version (version) VALUES (1);
