#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test. The last line is the total.
#   CORPUS=/big/disk bash scripts/test.sh      where the real images are or shall be (default /tmp/corpus, 2 GB)
#   CORPUS_SCRIPTS=...                         what makes them (default ../shared/corpus/scripts)
#   bash scripts/test.sh Data.Tests Web.Tests  only these projects
# Several runs may go on at the same time on one machine.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root" || exit 1
export CI=${CI:-true}

run=$(mktemp -d "${TMPDIR:-/tmp}/insight-test.XXXXXX")
chmod 755 "$run" # Postgres' own user must get to its folder
passed=0 failed=0 skipped=0 pg_pid='' builder='' registries=() problems=()

clean_up() {
  local pid
  stop_process "$builder"
  stop_process "$pg_pid" INT
  for pid in "${registries[@]}"; do stop_process "$pid"; done
  if [ "$failed" = 0 ]; then rm -rf "$run"; else echo "logs: $run"; fi
}

finish() {
  clean_up
  for p in "${problems[@]}"; do printf 'FAILED  %s\n' "$p"; done
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ]
  exit
}
trap 'fail "interrupted"; finish' INT TERM HUP

fail() { failed=$((failed + ${2:-1})); problems+=("$1"); printf '!! %s\n' "$1"; }

# Real images, built once and kept. Another run may be building them; then this one waits.
make_corpus() {
  [ ! -s "$CORPUS/truth.json" ] || return
  if [ ! -d "$corpus_scripts" ]; then
    say "no $corpus_scripts and nothing in $CORPUS: tests on real images are skipped"
    return
  fi
  mkdir -p "$CORPUS" && exec 9>"$CORPUS/.lock" && flock 9 || { fail "corpus: $CORPUS cannot be used"; return; }
  if [ ! -s "$CORPUS/truth.json" ]; then
    say "building the quick corpus into $CORPUS (about 4 minutes)"
    # Its registries are for its own use; the tests have theirs.
    (
      ANON_PORT=$(free_port) AUTH_PORT=$(free_port) QUICK=1
      export ANON_PORT AUTH_PORT QUICK
      bash "$corpus_scripts/50-registry.sh" stop
      bash "$corpus_scripts/all.sh"
      built=$?
      bash "$corpus_scripts/50-registry.sh" stop
      exit $built
    ) 9>&- </dev/null >"$run/corpus.log" 2>&1 || { tail -n 30 "$run/corpus.log"; fail "corpus: $corpus_scripts/all.sh failed"; }
  fi
  exec 9>&-
}

# Two registries of our own, anonymous and with a password, over what the corpus pushed.
start_registries() {
  local data=$CORPUS/work/registry/data port name
  if [ ! -d "$data" ]; then
    say "no $data: tests against a registry are skipped"
    return
  fi
  htpasswd -Bbn corpus corpus-pass >"$run/htpasswd"
  for name in anon auth; do
    port=$(free_port)
    {
      printf 'version: 0.1\nlog: {level: warn}\nstorage:\n  filesystem: {rootdirectory: %s}\nhttp: {addr: "127.0.0.1:%s"}\n' "$data" "$port"
      [ $name = anon ] || printf 'auth:\n  htpasswd: {realm: corpus, path: %s}\n' "$run/htpasswd"
    } >"$run/registry-$name.yml"
    env -u REGISTRY_AUTH_FILE docker-registry serve "$run/registry-$name.yml" >"$run/registry-$name.log" 2>&1 </dev/null &
    registries+=($!)
    if ! curl -s -o /dev/null --retry 50 --retry-delay 1 --retry-max-time 20 --retry-connrefused "http://127.0.0.1:$port/v2/"; then
      cat "$run/registry-$name.log"
      fail "registry: $name does not start"
    fi
    export "INSIGHT_TEST_REGISTRY_${name^^}=127.0.0.1:$port"
  done
}

# Both go on beside the corpus. What is wrong is a line of $run/problems, for the script itself to read.
build() {
  say "building"
  cp docs/openapi/v1.json "$run/openapi.json" 2>/dev/null
  dotnet build ImageInsight.sln -c Release -nodeReuse:false -p:UseSharedCompilation=false -v quiet </dev/null >"$run/build.log" 2>&1 ||
    { cat "$run/build.log"; echo build >>"$run/problems"; return 1; }
  cmp -s docs/openapi/v1.json "$run/openapi.json" ||
    echo "docs/openapi/v1.json was not what the build makes; it is now: commit it" >>"$run/problems"
}

check_format() {
  say "checking the format"
  dotnet format ImageInsight.sln --no-restore --verify-no-changes </dev/null >"$run/format.log" 2>&1 ||
    { tail -n 40 "$run/format.log"; echo "dotnet format would change files: run dotnet format ImageInsight.sln" >>"$run/problems"; }
}

# run_tests PROJECT : the figures come from its report, so that a crash cannot look like a pass.
run_tests() {
  local project=$1 report="$run/$1.trx" counters rc total good bad
  say "$project"
  timeout --kill-after=20 900 dotnet test --project "tests/$project/$project.csproj" -c Release --no-build --no-progress \
    --results-directory "$run" --report-xunit-trx --report-xunit-trx-filename "$project.trx" </dev/null 2>&1 | tee "$run/$project.log"
  rc=${PIPESTATUS[0]}
  counters=$(grep -o '<Counters [^>]*>' "$report" 2>/dev/null | tail -n 1)
  if [ -z "$counters" ]; then
    fail "$project ended with code $rc and left no report"
    return
  fi
  total=$(count total) good=$(count passed) bad=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  passed=$((passed + good)) skipped=$((skipped + total - good - bad))
  if [ "$bad" -gt 0 ]; then
    fail "$project: $bad of $total" "$bad"
  elif [ "$total" = 0 ]; then
    fail "$project ran no test"
  elif [ "$rc" != 0 ]; then
    fail "$project ended with code $rc although no test failed"
  fi
}

count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters" | grep . || echo 0; }

command -v dotnet >/dev/null || { fail "the .NET 10 SDK is not installed"; finish; }
# Docker's own packages and Debian's exclude each other: what is there stays.
docker=()
command -v dockerd >/dev/null || docker=(docker.io)
install_packages ca-certificates util-linux coreutils diffutils curl python3 gzip bzip2 xz-utils zstd postgresql chromium \
  gcc libc6-dev binutils rpm db5.3-util libisal2 docker-registry apache2-utils skopeo buildah podman umoci "${docker[@]}" || { fail "the packages that the tests need are not installed"; finish; }
[ $# -gt 0 ] || mapfile -t projects < <(cd tests && printf '%s\n' *.Tests)
[ $# = 0 ] || projects=("$@")

{ build && check_format; } &
builder=$!
make_corpus
wait "$builder"
builder=
[ ! -e "$run/problems" ] || while read -r problem; do fail "$problem"; done <"$run/problems"
! grep -qx build "$run/problems" 2>/dev/null || finish
say "starting Postgres and the registries"
start_registries
if start_postgres "$run/postgres" fsync=off synchronous_commit=off full_page_writes=off; then
  export INSIGHT_TEST_POSTGRES="Host=127.0.0.1;Port=$pg_port;Username=insight;Password=insight;Database=postgres"
else
  fail "Postgres does not start"
fi
for project in "${projects[@]}"; do run_tests "$project"; done
finish
