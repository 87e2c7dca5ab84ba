#!/usr/bin/env bash
# What people wait for, in one run: the upload, from its last and first byte to done, the first look after a restart and
# the next ones, on both engines, beside the analysis alone and plain tools. Markdown on stdout.
#   bash scripts/measure-wait.sh [-b CHECKOUT] FILE...     CHECKOUT is what was built (Web and Benchmarks); default this one
# A fresh process with a fresh database for every row. Needs openssl, igzip, chromium; nothing else should run meanwhile.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
built=$root
if [ "${1:-}" = -b ]; then built=$2; shift 2; fi
run=$(mktemp -d "${TMPDIR:-/tmp}/insight-wait.XXXXXX")
chmod 755 "$run"
pg_pid='' service=''
trap 'stop_process "$service"; stop_process "$pg_pid" INT; rm -rf "$run"' EXIT
trap 'exit 1' INT TERM
benchmarks=$built/artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll

now() { date +%s.%N; }
calc() { python3 -c "print(f'{$1:.$2f}')"; }
peak() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$service/status"; }

start_service() { # FOLDER CONNECTION
  port=$(free_port) url=http://127.0.0.1:$port
  (cd "$built" && Insight__DataDirectory=$1 ConnectionStrings__Insight=$2 \
    exec dotnet artifacts/bin/Web/release/ImageInsight.Web.dll --urls "$url" --contentRoot src/Web) >"$run/service.log" 2>&1 </dev/null &
  service=$!
  curl -sf -o /dev/null --retry 60 --retry-delay 1 --retry-all-errors "$url/health/ready" || { cat "$run/service.log" >&2; return 1; }
}

# row FILE ENGINE [CONNECTION]
row() {
  local file=$1 engine=$2 connection=${3:-} folder id state begun sent ended most page
  folder=$(mktemp -d "$run/data.XXXXXX")
  start_service "$folder" "$connection"
  # What a service compiles at its first image is no matter of this one.
  curl -sSf -o /dev/null -T "$run/small.tar" "$url/api/images/upload?name=first"
  until curl -sSf "$url/api/analyses?state=done" | grep -q '"name":"first"'; do sleep 0.2; done
  begun=$(now)
  id=$(curl -sSf -T "$file" "$url/api/images/upload?name=measured" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)
  sent=$(now)
  until state=$(curl -sSf "$url/api/analyses/$id" | grep -o '"state":"[a-z]*"' | head -n 1) && [[ $state == *done* || $state == *failed* ]]; do sleep 0.02; done
  ended=$(now)
  [[ $state == *done* ]] || { curl -sS "$url/api/analyses/$id" >&2; return 1; }
  most=$(peak)
  stop_process "$service"
  start_service "$folder" "$connection"
  page=$(dotnet "$benchmarks" page "$url/images/$id")
  read -r first map again down <<<"$page"
  [ "$(peak)" -le "$most" ] || most=$(peak)
  stop_process "$service"
  service=''
  rm -rf "$folder"
  printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' "$(basename "$file")" "$engine" "$(calc "$sent-$begun" 1)" \
    "$(calc "$ended-$sent" 1)" "$(calc "$ended-$begun" 1)" "$first" "$map" "$again" "$down" "$(calc "$most/1024" 0)"
}

dotnet "$benchmarks" synth plain 2000 0 "$run/small.tar" >/dev/null
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) at the start; built in $built"
echo
echo '| file | analysis alone, warm, s | openssl sha256 of the file, s | igzip -dc of the file, s |'
echo '|---|--:|--:|--:|'
for file; do
  cat "$file" >/dev/null
  alone=$(dotnet "$benchmarks" analyze --warm "$file" | python3 -c 'import json, sys; print("%.1f" % (json.load(sys.stdin)["wallMs"] / 1000))')
  begun=$(now); openssl dgst -sha256 "$file" >/dev/null; hashed=$(calc "$(now)-$begun" 1)
  inflated=–
  if [ "$(head -c 2 "$file" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then
    begun=$(now); igzip -dc "$file" >/dev/null; inflated=$(calc "$(now)-$begun" 1)
  fi
  echo "| $(basename "$file") | $alone | $hashed | $inflated |"
done
echo
echo '| file | engine | upload, s | last byte to done, s | first byte to done, s | restarted: first byte, ms | map, ms | map again, ms | one step in, ms | peak, MiB |'
echo '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|'
for file; do
  for ((turn = 0; turn < ${TURNS:-2}; turn++)); do
    row "$file" SQLite
    start_postgres "$run/postgres" >&2
    psql -q -h 127.0.0.1 -p "$pg_port" -U insight -d postgres -c 'CREATE DATABASE measured' >&2
    row "$file" Postgres "Host=127.0.0.1;Port=$pg_port;Username=insight;Password=insight;Database=measured"
    stop_process "$pg_pid" INT
    pg_pid=''
    rm -rf "$run/postgres"
  done
done
