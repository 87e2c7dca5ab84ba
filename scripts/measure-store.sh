#!/usr/bin/env bash
# From the last byte of an upload to done, on both engines, and what the database then takes: a Markdown table on stdout.
#   bash scripts/measure-store.sh [-b CHECKOUT] FILE...    CHECKOUT is what was built (bin in its artifacts); default this one
# Then what the packed layers take, in bytes a record of their tars, by Benchmarks stored.
# A fresh process with a fresh database for every figure. Three turns of each; TURNS=1 for one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
built=$root
if [ "${1:-}" = -b ]; then built=$2; shift 2; fi
run=$(mktemp -d "${TMPDIR:-/tmp}/insight-store.XXXXXX")
chmod 755 "$run"
pg_pid='' service=''
trap 'stop_process "$service"; stop_process "$pg_pid" INT; rm -rf "$run"' EXIT
trap 'exit 1' INT TERM

now() { date +%s.%N; }
calc() { python3 -c "print(f'{$1:.$2f}')"; }

# turn FILE ENGINE [CONNECTION] : one row.
turn() {
  local file=$1 engine=$2 connection=${3:-} folder port url id state start uploaded ended peak size
  folder=$(mktemp -d "$run/data.XXXXXX") port=$(free_port)
  url=http://127.0.0.1:$port
  (cd "$built" && Insight__DataDirectory=$folder ConnectionStrings__Insight=$connection \
    exec dotnet artifacts/bin/Web/release/ImageInsight.Web.dll --urls "$url" --contentRoot src/Web) >"$run/service.log" 2>&1 </dev/null &
  service=$!
  curl -sf -o /dev/null --retry 60 --retry-delay 1 --retry-all-errors "$url/health/ready" || { cat "$run/service.log" >&2; return 1; }
  start=$(now)
  id=$(curl -sSf -T "$file" "$url/api/images/upload?name=measured" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)
  uploaded=$(now)
  until state=$(curl -sSf "$url/api/analyses/$id" | grep -o '"state":"[a-z]*"' | head -n 1) && [[ $state == *done* || $state == *failed* ]]; do sleep 0.1; done
  ended=$(now)
  [[ $state == *done* ]] || { curl -sS "$url/api/analyses/$id" >&2; return 1; }
  peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$service/status")
  stop_process "$service"
  service=''
  if [ -n "$connection" ]; then
    size=$(psql -h 127.0.0.1 -p "$pg_port" -U insight -d measured -Atc "SELECT pg_database_size('measured')")
  else
    size=$(cat "$folder"/insight.db* | wc -c)
  fi
  rm -rf "$folder"
  printf '| %s | %s | %s | %s | %s | %s |\n' "$(basename "$file")" "$engine" "$(calc "$uploaded-$start" 1)" "$(calc "$ended-$uploaded" 1)" \
    "$(calc "$peak/1024" 0)" "$(calc "$size/1e6" 1)"
}

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) at the start; built in $built"
echo
echo '| file | engine | upload, s | last byte to done, s | peak of the service, MiB | database, MB |'
echo '|---|---|--:|--:|--:|--:|'
for file; do
  for ((i = 0; i < ${TURNS:-3}; i++)); do
    turn "$file" SQLite
    start_postgres "$run/postgres" >&2
    psql -q -h 127.0.0.1 -p "$pg_port" -U insight -d postgres -c 'CREATE DATABASE measured' >&2
    turn "$file" Postgres "Host=127.0.0.1;Port=$pg_port;Username=insight;Password=insight;Database=measured"
    stop_process "$pg_pid" INT
    pg_pid=''
    rm -rf "$run/postgres"
  done
done

benchmarks=$built/artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll
dotnet "$benchmarks" 2>&1 | grep -q 'Benchmarks stored' || exit 0
echo
echo '| file | engine | records | entries, bytes a record | captures | pull shares | stored in, s | loaded and merged in, s |'
echo '|---|---|--:|--:|--:|--:|--:|--:|'
for file; do
  dotnet "$benchmarks" stored "$file"
  start_postgres "$run/postgres" >&2
  dotnet "$benchmarks" stored "$file" "Host=127.0.0.1;Port=$pg_port;Username=insight;Password=insight;Database=postgres"
  stop_process "$pg_pid" INT
  pg_pid=''
  rm -rf "$run/postgres"
done
