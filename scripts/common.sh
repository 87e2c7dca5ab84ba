# shellcheck shell=bash
# What the scripts share. Source it, do not run it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CORPUS=${CORPUS:-/tmp/corpus} # never inside a checkout: it takes gigabytes
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
corpus_scripts=${CORPUS_SCRIPTS:-$root/../shared/corpus/scripts}

say() { printf '== %s\n' "$*"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# install_packages NAME... : those that are missing, from Debian.
install_packages() {
  local missing=() p
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  command -v apt-get >/dev/null || { echo "no apt-get here; install by hand: ${missing[*]}" >&2; return 1; }
  { as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } </dev/null >/dev/null
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start_postgres FOLDER [SETTING=VALUE...] : a cluster of our own on a free loopback port; sets pg_port and pg_pid.
start_postgres() {
  local folder=$1 bin tries setting options=()
  shift
  for setting in "$@"; do options+=(-c "$setting"); done
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [ -x "$bin/initdb" ] || { echo "no Postgres server under /usr/lib/postgresql" >&2; return 1; }
  pg_as=()
  mkdir -p "$folder"
  if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    chown postgres "$folder"
    pg_as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  fi
  (cd / && "${pg_as[@]}" "$bin/initdb" -D "$folder/data" -U insight --auth=trust --encoding=UTF8 --no-locale --no-sync) >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; return 1; }
  pg_port=$(free_port)
  (cd / && exec "${pg_as[@]}" "$bin/postgres" -D "$folder/data" -p "$pg_port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories='' -c max_connections=300 "${options[@]}") >"$folder/postgres.log" 2>&1 </dev/null &
  pg_pid=$!
  for tries in $(seq 150); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$pg_port" && return 0
    kill -0 "$pg_pid" 2>/dev/null || break
    sleep 0.2
  done
  cat "$folder/postgres.log" >&2
  return 1
}

# stop_process PID [SIGNAL] : and wait for its end.
stop_process() {
  [ -n "${1:-}" ] && kill "-${2:-TERM}" "$1" 2>/dev/null && wait "$1" 2>/dev/null
  return 0
}

# named OLD PROPOSAL : the proposal with what only the Dockerfile of old has: the k-th COPY or ADD is the same in both, edits neither take one away nor swap two.
named() {
  python3 - "$1" "$2" <<'P'
import re, sys
text = re.sub(r"\\\n", " ", open(sys.argv[1]).read())
start = list(re.finditer(r"^FROM .*$", text, re.M))[-1]
own = text[start.end():].splitlines()
copies = [line.split()[1:] for line in own if re.match(r"(COPY|ADD)\s", line)]
copies = [(" ".join(w for w in c if w.startswith("--from=")), " ".join([w for w in c if not w.startswith("--")][:-1])) for c in copies]
arguments = {word.split("=")[0]: word for line in own if line.startswith("ARG ") for word in line.split()[1:]}
count = 0 # a second stage takes from the first what that made
for line in open(sys.argv[2]).read().splitlines():
    if line.startswith("FROM <base>"):
        print((text[:start.start()] if count == 0 else "") + line.replace("<base>", start.group(0).split()[1]))
        continue
    if re.match(r"(COPY|ADD)\s", line) and "--from=build " not in line:
        stage, sources = copies[count]
        count += 1
        line = line.replace("<source>", sources)
        if stage and "--from=" not in line:
            line = line.replace(" ", f" {stage} ", 1)
    elif line.startswith("ARG ") and "=" not in line:
        line = "ARG " + arguments.get(line.split()[1], line.split()[1])
    print(line)
P
}
