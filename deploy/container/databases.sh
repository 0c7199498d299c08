#!/bin/sh
# PostgreSQL runs this once, at its first start: one database a process, which nobody else's account may enter.
set -eu
for name in nomination review publicity inspection gateway; do
    password=$(printenv "BIAOBING_$(printf %s "$name" | tr a-z A-Z)_PASSWORD")
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="biaobing_$name" --set password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
