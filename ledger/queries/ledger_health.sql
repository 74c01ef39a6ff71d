-- What an operator wants to know of the ledger at a glance.
SELECT (SELECT count(*) FROM demands) AS demands,
       (SELECT count(*) FROM demands WHERE open) AS open,
       (SELECT count(*) FROM events) AS events,
       (SELECT count(*) FROM demands WHERE contiguous < seq) AS gaps,
       (SELECT count(*) FROM intents) AS intents,
       (SELECT count(*) FROM alarms) AS alarms,
       (SELECT count(*) FROM reservations r
         WHERE NOT EXISTS (SELECT FROM demands d WHERE d.demand = r.demand)) AS reserved_only,
       (SELECT max(version) FROM schema_migrations) AS schema_version
