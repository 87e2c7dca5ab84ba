#!/usr/bin/env bash
# Lists every snippet of every rule with what became of it: built and run, built, or not buildable here and why.
#   scripts/prove-snippets.sh CORPUS [NUMBER...]     a table on stdout, as in docs/snippets.md
# scripts/snippets/list has them (scripts/snippets/read.py says how), and SnippetListTests fails when a rule has one that is not in it. Each is put into a small
# Dockerfile on the bases of the corpus, and a command is run in what comes out. Those with two stages are scripts/prove-stages.sh's.
# Ends with 1 when one that is said to build does not, or its command fails.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
corpus=$(realpath "${1:?usage: scripts/prove-snippets.sh CORPUS [NUMBER...]}")
shift
cd "$root"
. scripts/store.sh
python3 scripts/snippets/read.py scripts/snippets/list "$work/forms"
context=$work/context
cp -r scripts/snippets/context "$context"
tar -C "$context" -czf "$work/archive.tar.gz" . && mv "$work/archive.tar.gz" "$context/"
python3 - "$context/mod-1.0-py3-none-any.whl" <<'P'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("mod.py", "")
    wheel.writestr("mod-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: mod\nVersion: 1.0\n")
    wheel.writestr("mod-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("mod-1.0.dist-info/RECORD", "")
P
echo 'not a secret' >"$work/token"

exists() { own inspect --type image "$1:latest" >/dev/null 2>&1; }

# Bases with some tools of Debian, and the one with the machine's SDK, when they are first asked for.
prepare() { # FOLDER
  local image packages
  while read -r image packages; do
    exists "$image" && continue
    mkdir -p "$work/empty"
    printf 'FROM localhost/corpus/base-slim\nRUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends %s\n' "$packages" >"$work/tools"
    build "$work/tools" "${image#localhost/}" "$work/empty" || return 1
  done <"$1/tools"
  if [ "$(cat "$1/how")" = dotnet ] && ! exists localhost/stages/dotnet-base; then
    mkdir "$work/sdk"
    cp -r "$(dirname "$(realpath "$(command -v dotnet)")")" "$work/sdk/sdk"
    build scripts/stages/dotnet/base.Dockerfile stages/dotnet-base "$work/sdk" || return 1
  fi
}

run() { # NAME COMMAND
  local container result=0
  container=$(own from --pull-never "localhost/$1:latest")
  timeout 120 buildah --root "$work/storage" --runroot "$work/run" --storage-driver "$driver" --storage-opt "$driver.imagestore=$storage" \
    run --isolation chroot --network host "$container" -- sh -c "$2" >"$work/said" 2>&1 || result=$?
  [ $result -eq 0 ] || tail -5 "$work/said" >&2
  own rm "$container" >/dev/null
  return $result
}

state_of() { # FOLDER
  local extra=(--secret "id=token,src=$work/token")
  case $(cat "$1/kind") in
    not) echo "not buildable here: $(cat "$1/how")"; return ;;
    stages)
      if bash scripts/prove-stages.sh "$corpus" "$(cat "$1/how")" >"$work/stages"; then echo built and run; else echo '**fails**'; return 1; fi
      return ;;
  esac
  prepare "$1" || { echo '**its base does not build**'; return 1; }
  [ ! -f "$1/ignore" ] || extra+=(--ignorefile "$1/ignore")
  ! grep -q base-node "$1/Dockerfile" || extra+=(-v "$mounts/npmrc:/usr/local/etc/npmrc:ro")
  build "$1/Dockerfile" snippets/one "$context" "${extra[@]}" || { echo '**does not build**'; return 1; }
  if ! run snippets/one "$(cat "$1/run")"; then echo '**built, and its command fails**'; return 1; fi
  if [ "$(cat "$1/run")" = true ]; then echo built; else echo "built and run"; fi
}

failed=0
echo '| | rule | snippet | state |'
echo '|--:|---|---|---|'
for folder in "$work"/forms/*; do
  number=$((10#$(basename "$folder")))
  [ $# -eq 0 ] || [[ " $* " == *" $number "* ]] || continue
  echo "$number" >&2
  state=$(state_of "$folder") || failed=1
  echo "| $(cat "$folder/row") | $state |"
done
exit $failed
