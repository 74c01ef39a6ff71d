-- Rulings are looked up as precedents, demands by the units that help with them.

CREATE INDEX events_ruled ON events (at) WHERE kind = 'ruled';
CREATE INDEX demands_co_handlings ON demands USING gin ((state->'co_handlings') jsonb_path_ops)
    WHERE open;
