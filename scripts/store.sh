# shellcheck shell=bash
# Builds with buildah over the images of the corpus, which are only read; what is built lies below TMPDIR and is removed. Source it after common.sh.
# Only one at a time may use buildah.
driver=${DRIVER:-overlay} storage=$corpus/work/storage mounts=$corpus/work/mnt
[ -n "${PROGRAM:-}" ] || dotnet build -c Release tests/Benchmarks -v quiet -nodeReuse:false -p:UseSharedCompilation=false >&2
program=${PROGRAM:-artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll} # PROGRAM: one built before
work=$(mktemp -d "${TMPDIR:-/tmp}/insight-stages.XXXXXX")
mkdir "$work/tmp"
export TMPDIR=$work/tmp

own() { nice buildah --root "$work/storage" --runroot "$work/run" --storage-driver "$driver" --storage-opt "$driver.imagestore=$storage" "$@"; }

clean_up() {
  own rm --all >/dev/null 2>&1 || true
  own rmi --all --force >/dev/null 2>&1 || true
  umount "$work/storage/$driver" 2>/dev/null || true # overlay leaves a bind mount of itself
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

build() { # DOCKERFILE NAME CONTEXT [FLAG...]
  own bud --layers --force-rm --isolation chroot --network host --pull-never --format docker -v "$mounts/ca:/media:ro" "${@:4}" \
    -f "$1" -t "localhost/$2:latest" "$3" >"$work/log" 2>&1 || { tail -30 "$work/log" >&2; return 1; }
}

saved() { # NAME FILE
  rm -f "$2"
  nice skopeo --insecure-policy copy -q "containers-storage:[$driver@$work/storage+$work/run:$driver.imagestore=$storage]localhost/$1:latest" \
    "docker-archive:$2:$1:latest"
}

# What the image's own entrypoint and command print, and how they end.
answer() { # NAME
  local container command
  container=$(own from --pull-never "localhost/$1:latest")
  mapfile -t command < <(own inspect --type image "localhost/$1:latest" | python3 -c '
import json, sys
config = json.load(sys.stdin)["OCIv1"]["config"]
print("\n".join((config.get("Entrypoint") or []) + (config.get("Cmd") or [])))')
  timeout 60 buildah --root "$work/storage" --runroot "$work/run" --storage-driver "$driver" --storage-opt "$driver.imagestore=$storage" \
    run --isolation chroot --network host "$container" -- "${command[@]}" 2>&1 || echo "exit $?"
  own rm "$container" >/dev/null
}
