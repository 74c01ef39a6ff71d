-- The databases of docker-compose.yml and who owns them; run once, by PostgreSQL's image.
\getenv lianban_password LIANBAN_DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD

-- CREATEROLE: the migrations make the role that our processes take on (docs/adr/0007).
CREATE ROLE lianban LOGIN CREATEROLE PASSWORD :'lianban_password';
CREATE DATABASE lianban OWNER lianban;
REVOKE CONNECT ON DATABASE lianban FROM PUBLIC;

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility FROM PUBLIC;
