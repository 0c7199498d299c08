#!/bin/sh
# First start: a cluster for POSTGRES_USER and POSTGRES_PASSWORD, then what lies in /docker-entrypoint-initdb.d.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 \
        --encoding=UTF8 --no-locale
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    pg_ctl start --wait --options="-c listen_addresses="
    for script in /docker-entrypoint-initdb.d/*.sh; do
        if [ -f "$script" ]; then sh "$script"; fi
    done
    pg_ctl stop --wait
fi
exec postgres -c listen_addresses='*'
