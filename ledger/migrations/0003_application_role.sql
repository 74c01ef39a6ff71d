-- The role that all our processes take on. It can add events and read them, nothing else to them.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lianban_app') THEN
        CREATE ROLE lianban_app NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'lianban_app', 'MEMBER') THEN
        EXECUTE format('GRANT lianban_app TO %I', current_user);
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO lianban_app;
GRANT SELECT, INSERT ON events TO lianban_app;
GRANT SELECT, INSERT ON alarms TO lianban_app;
GRANT SELECT, INSERT, UPDATE ON demands TO lianban_app;
GRANT SELECT, INSERT, UPDATE ON lists TO lianban_app;
GRANT SELECT, INSERT, UPDATE (imported) ON reservations TO lianban_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON intents TO lianban_app;
GRANT SELECT, INSERT, UPDATE ON chains, units, squads, routes, enterprises, accounts TO lianban_app;
GRANT SELECT, UPDATE ON directory_version TO lianban_app;
GRANT SELECT ON schema_migrations TO lianban_app;
