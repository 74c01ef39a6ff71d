#!/bin/sh
# Temporal's tables, made or brought up to its version; safe to repeat. See docker-compose.yml.
set -eu

tables() {
  database=$1
  schema=$2
  tool="temporal-sql-tool --plugin postgres12 --ep $SQL_HOST --port 5432 --user temporal --db $database"
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
}

tables temporal temporal
tables temporal_visibility visibility
