# Sourced by other scripts: a PostgreSQL of their own, gone when they end.
#
# `start_private_postgres OPTIONS` runs this machine's binaries on a free port in $work, a temporary folder, with the
# server's OPTIONS, and sets postgres_url (a superuser's) and postgres_pid. It fails where there are no binaries.
# shellcheck shell=bash

work=$(mktemp -d)

stop_private_postgres() {
  if [ -f "$work/data/postmaster.pid" ]; then as_postgres "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; fi
  rm -rf "$work"
}
trap stop_private_postgres EXIT

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u "${SOUK_TEST_POSTGRES_USER:-postgres}" -- "$@"; else "$@"; fi
}

start_private_postgres() {
  bin=$(dirname "$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)")
  [ -x "$bin/initdb" ] || return 1
  local port; port=$(scripts/free-port)
  if [ "$(id -u)" -eq 0 ]; then chown "${SOUK_TEST_POSTGRES_USER:-postgres}" "$work" || return 1; fi
  as_postgres "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --no-sync >"$work/initdb.log" 2>&1 || return 1
  as_postgres "$bin/pg_ctl" -D "$work/data" -w -l "$work/postgres.log" \
    -o "-p $port -k $work -h 127.0.0.1 -c max_connections=800 $*" start >/dev/null || return 1
  postgres_url="postgres://postgres@127.0.0.1:$port/postgres"
  postgres_pid=$(head -n 1 "$work/data/postmaster.pid")
}
