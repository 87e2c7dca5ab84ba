#!/usr/bin/env bash
# Builds what is proposed for images of the corpus, and says how big it came to be and whether it has the files that it should.
#   scripts/prove-proposals.sh CORPUS [NAME...]      a table on stdout
# A NAME is an image of the corpus, or one of scripts/proposals/NAME.Dockerfile, which is built first. Default: every *-naive image whose Dockerfile the
# corpus has, and all of scripts/proposals.
# An image does not tell everything, so this is taken from the Dockerfile that it was really built from, as its author would fill it in: the name behind
# FROM where the proposal says <base>, the names behind COPY and ADD where it says <source>, --from and the stages before the last, and the default of
# an ARG that has none. Nothing else is changed. The build is the corpus' own (same context, same mounts; buildah of this machine) without its layer cache, with the proposed
# .dockerignore in place of one. The corpus' storage is only read; what is built lies below TMPDIR and is removed.
# Ends with 1 when something does not build, or is off by more than 2 % and 100 kB; files that differ are named on stderr.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
corpus=$(realpath "${1:?usage: scripts/prove-proposals.sh CORPUS [NAME...]}")
shift
cd "$root"
recipes=$(realpath "${CORPUS_SCRIPTS:-../shared/corpus/scripts}") # of the corpus
images=${IMAGES:-$corpus/images} driver=${DRIVER:-overlay} storage=$corpus/work/storage mounts=$corpus/work/mnt
[ -n "${PROGRAM:-}" ] || dotnet build -c Release tests/Benchmarks -v quiet -nodeReuse:false -p:UseSharedCompilation=false >&2
program=${PROGRAM:-artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll} # PROGRAM: one built before
work=$(mktemp -d "${TMPDIR:-/tmp}/insight-proposals.XXXXXX")
mkdir "$work/tmp"
export TMPDIR=$work/tmp
export OWN="buildah --root $work/storage --runroot $work/run --storage-driver $driver --storage-opt $driver.imagestore=$storage"
# shellcheck disable=SC2086 # words
own() { nice $OWN "$@"; }
clean_up() {
  own rmi --all --force >/dev/null 2>&1 || true
  umount "$work/storage/$driver" 2>/dev/null || true # overlay leaves a bind mount of itself
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
eval "$(grep '^declare -A CTXOF=' "$recipes/30-build.sh")" # the context of each family of images

names=("$@")
if [ $# -eq 0 ]; then
  for file in "$recipes"/dockerfiles/*-naive.Dockerfile scripts/proposals/*.Dockerfile; do names+=("$(basename "$file" .Dockerfile)"); done
fi

# The Dockerfile of an image, from the base on that the proposal has: its own base may be built on a base of the corpus, and only the lowest be known.
whole() { # DOCKERFILE LAYERS
  python3 - "$1" "$2" "$recipes/dockerfiles" <<'P'
import os, re, subprocess, sys
file, layers, recipes = sys.argv[1], int(sys.argv[2]), sys.argv[3]
text = open(file).read()
while True:
    start = list(re.finditer(r"^FROM .*$", text, re.M))[-1]
    base = start.group(0).split()[1]
    below = f"{recipes}/{base.split('/')[-1]}.Dockerfile"
    command = os.environ["OWN"].split() + ["inspect", "--type", "image", "--format", "{{len .OCIv1.RootFS.DiffIDs}}", base]
    if int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) <= layers or not os.path.exists(below):
        break
    text = text[:start.start()] + open(below).read() + text[start.end():]
print(text)
P
}

# What a Dockerfile of scripts/proposals says of itself: "# context: nodeapp", "# flags: --layers=false".
said() { sed -n "s/^# $2: //p" "$1"; } # DOCKERFILE WHAT

context_of() { # NAME
  local file=scripts/proposals/$1.Dockerfile context
  if [ ! -f "$file" ]; then
    echo "$corpus/work/ctx/${CTXOF[${1%%-*}]}"
  else
    context=$(said "$file" context)
    echo "${context:+$corpus/work/ctx/}${context:-scripts/proposals/context}"
  fi
}

build() { # NAME DOCKERFILE TAG [FLAG...]
  local extra=()
  case $1 in f-* | j-* | node-*) extra+=(-v "$mounts/npmrc:/usr/local/etc/npmrc:ro") ;; esac
  own bud --layers --no-cache --force-rm --isolation chroot --network host --pull-never --format docker -v "$mounts/ca:/media:ro" "${extra[@]}" "${@:4}" \
    -f "$2" -t "localhost/proposals/$3:latest" "$(context_of "$1")" >"$work/$1/log" 2>&1
}

saved() { # TAG FILE
  rm -f "$2"
  nice skopeo --insecure-policy copy -q "containers-storage:[$driver@$work/storage+$work/run:$driver.imagestore=$storage]localhost/proposals/$1:latest" \
    "docker-archive:$2:proposals/$1:latest"
}

failed=0
echo '| image | as it is | predicted | built | off by | within | files | vanished | changed | new |'
echo '|---|--:|--:|--:|--:|---|--:|--:|--:|--:|'
for name in "${names[@]}"; do
  echo "$name" >&2
  mkdir "$work/$name"
  was=$images/$name.docker.tar recipe=$recipes/dockerfiles/$name.Dockerfile
  if [ -f "scripts/proposals/$name.Dockerfile" ]; then
    was=$work/was.tar recipe=scripts/proposals/$name.Dockerfile
    # shellcheck disable=SC2046 # flags are words
    build "$name" "$recipe" was $(said "$recipe" flags) || { tail -30 "$work/$name/log" >&2; exit 1; }
    saved was "$was"
  fi
  dotnet "$program" propose "$was" "$work/$name"
  layers=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["base"]["layers"])' "$work/$name/sizes.json")
  whole "$recipe" "$layers" >"$work/$name/Dockerfile.old"
  named "$work/$name/Dockerfile.old" "$work/$name/Dockerfile.proposed" >"$work/$name/Dockerfile"
  [ -z "${KEEP:-}" ] || cp -r "$work/$name" "$KEEP/"
  flags=()
  [ ! -f "$work/$name/.dockerignore" ] || flags=(--ignorefile "$work/$name/.dockerignore")
  if build "$name" "$work/$name/Dockerfile" built "${flags[@]}"; then
    saved built "$work/built.tar"
    dotnet "$program" proven "$name" "$was" "$work/built.tar" || failed=1
  else
    tail -30 "$work/$name/log" >&2
    echo "| $name | | | does not build | | no | | | | |"
    failed=1
  fi
  rm -rf "$work/built.tar" "$work/was.tar" "${work:?}/$name"
  own rmi --all --force >/dev/null
done
exit $failed
