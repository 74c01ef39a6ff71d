-- The role that all our processes take on. It can add events and read them, nothing else to them.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lianban_app') THEN
        CREATE ROLE lianban_app NOLOGIN;
    END IF;
    -- From PostgreSQL 16 on, whoever creates a role may grant it, but not take it on itself.
    IF NOT pg_has_role(current_user, 'lianban_app',
        CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END)
    THEN
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
