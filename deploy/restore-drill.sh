#!/bin/sh
# Makes a backup, restores it beside the store, and verifies the ledger there. The store itself is only read, also while the
# service runs. The backup stays in the folder, readable for its owner alone; the restored copy is removed.
#
#   deploy/restore-drill.sh [folder]
#
# The store is that of REENROLL_STORE_URL, in the environment or in .env here, or else data/reenroll.db.
# PostgreSQL needs pg_dump, pg_restore, createdb and dropdb, no older than the server, and a role that may create databases.
set -eu
umask 077
folder=${1:-backup}
main=$(dirname "$0")/../src/main.ts
at=$(date -u +%Y%m%dT%H%M%SZ)

# The Node that `npm ci` installed, from wherever this is run; an image has its own.
own=$(dirname "$0")/../node_modules/.bin/node
node() {
  if [ -x "$own" ]; then "$own" "$@"; else command node "$@"; fi
}

url=${REENROLL_STORE_URL:-$(node --no-warnings --env-file-if-exists=.env -p 'process.env.REENROLL_STORE_URL || "sqlite:data/reenroll.db"' 2>/dev/null)}

case $url in
sqlite:*)
  # SQLite would make a missing file, and its empty copy would pass.
  if [ ! -f "${url#sqlite:}" ]; then
    echo "There is no store at ${url#sqlite:}; set REENROLL_STORE_URL, or run this where the service runs." >&2
    exit 1
  fi
  mkdir -p "$folder"
  backup=$folder/reenroll-$at.db
  copy=$folder/drill-$at.db
  trap 'rm -f "$copy" "$copy"-wal "$copy"-shm "$copy".lock' EXIT
  node --no-warnings -e 'new (require("node:sqlite").DatabaseSync)(process.argv[1]).prepare("VACUUM INTO ?").run(process.argv[2])' "${url#sqlite:}" "$backup"
  cp "$backup" "$copy"
  restored=sqlite:$copy
  ;;
postgres:* | postgresql:*)
  [ -z "${REENROLL_STORE_PASSWORD_COMMAND:-}" ] || export PGPASSWORD="$(sh -c "$REENROLL_STORE_PASSWORD_COMMAND")"
  mkdir -p "$folder"
  backup=$folder/reenroll-$at.dump
  copy=reenroll_drill_$$
  trap 'dropdb --if-exists --maintenance-db="$url" "$copy"' EXIT
  pg_dump --format=custom --schema=reenroll --file="$backup" "$url"
  createdb --maintenance-db="$url" --encoding=UTF8 --template=template0 "$copy"
  restored=$(node -p 'Object.assign(new URL(process.argv[1]), { pathname: process.argv[2] }).href' "$url" "$copy")
  pg_restore --exit-on-error --no-owner --dbname="$restored" "$backup"
  ;;
*)
  echo "REENROLL_STORE_URL: neither sqlite:<path> nor postgres://…; set it to the store." >&2
  exit 1
  ;;
esac

REENROLL_STORE_URL=$restored node "$main" audit verify
echo "The backup $backup can be restored."
