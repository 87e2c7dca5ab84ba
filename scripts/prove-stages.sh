#!/usr/bin/env bash
# Builds an image for each of scripts/stages as people write them, takes the Dockerfile with two stages that is proposed for it, builds and runs that,
# and compares what both answer and how big they are.
#   scripts/prove-stages.sh CORPUS [NAME...]      a table on stdout, rows of docs/snippets.md
# go and java use Debian's tools and libraries, node Debian's nodejs and npm, python a module that pip compiles there, dotnet a base made of the SDK of
# this machine. KEEP=DIR keeps each proposal and image there. Nothing but <base> and <source> is filled in (see scripts/prove-proposals.sh).
# Ends with 1 when one does not build, answers otherwise, has no second stage, or is off by more than 2 % and 100 kB.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
corpus=$(realpath "${1:?usage: scripts/prove-stages.sh CORPUS [NAME...]}")
shift
cd "$root"
. scripts/store.sh
names=("$@")
[ $# -gt 0 ] || names=(go node python java dotnet)

# The context of a stage: its folder, and what is too big or too binary to keep here.
context_of() { # NAME
  local context=$work/$1/context
  mkdir -p "$work/$1"
  cp -r "scripts/stages/$1" "$context"
  rm -f "$context"/*Dockerfile
  if [ "$1" = node ]; then
    yes '// ballast' | head -c 3000000 >"$context/vendor/bundle/ballast.js" || true
    for package in greet bundle; do
      tar -C "$context/vendor" --transform "s,^$package,package," -czf "$context/vendor/$package-1.0.0.tgz" "$package"
      rm -r "$context/vendor/$package"
    done
  fi
  [ "$1" != dotnet ] || cp -r "$(dirname "$(realpath "$(command -v dotnet)")")" "$context/sdk"
  echo "$context"
}

# The sources of COPY as the first Dockerfile has them; the last stage takes only what the first one made.
named() { # OLD PROPOSAL
  python3 - "$1" "$2" <<'P'
import re, sys
files = sys.argv[1].split(":")
own = "\n".join(re.sub(r"\\\n", " ", open(f).read()) for f in files).splitlines()
sources = [" ".join([w for w in line.split()[1:] if not w.startswith("--")][:-1]) for line in own if re.match(r"(COPY|ADD)\s", line)]
base, count = re.search(r"^FROM (\S+)", open(files[0]).read(), re.M).group(1), 0
for line in open(sys.argv[2]).read().splitlines():
    line = line.replace("FROM <base>", f"FROM {base}")
    if re.match(r"(COPY|ADD)\s", line) and "--from=" not in line:
        line, count = line.replace("<source>", sources[count]), count + 1
    print(line)
P
}

failed=0
echo '| language | as it is | predicted | built | off by | within | files | vanished | changed | new | answer |'
echo '|---|--:|--:|--:|--:|---|--:|--:|--:|--:|---|'
for name in "${names[@]}"; do
  echo "$name" >&2
  context=$(context_of "$name")
  recipe=scripts/stages/$name/Dockerfile recipes=$recipe
  if [ -f "scripts/stages/$name/base.Dockerfile" ]; then
    recipes=scripts/stages/$name/base.Dockerfile:$recipe
    build "scripts/stages/$name/base.Dockerfile" "stages/$name-base" "$context" || exit 1 # only the lowest base is known: a proposal has these, too
  fi
  build "$recipe" "stages/$name" "$context" || exit 1
  saved "stages/$name" "$work/$name/was.tar"
  before=$(answer "stages/$name")
  dotnet "$program" propose "$work/$name/was.tar" "$work/$name"
  named "$recipes" "$work/$name/Dockerfile.proposed" >"$work/$name/Dockerfile"
  [ -z "${KEEP:-}" ] || { mkdir -p "$KEEP/$name" && cp "$work/$name"/{Dockerfile*,sizes.json,was.tar} "$KEEP/$name/"; }
  stages=$(grep -c '^FROM ' "$work/$name/Dockerfile") row=
  if [ "$stages" -eq 2 ] && build "$work/$name/Dockerfile" "stages/$name-proposed" "$context"; then
    saved "stages/$name-proposed" "$work/$name/built.tar"
    after=$(answer "stages/$name-proposed")
    row=$(dotnet "$program" proven "$name" "$work/$name/was.tar" "$work/$name/built.tar") || failed=1
    [ "$before" = "$after" ] || { printf 'before: %s\nafter: %s\n' "$before" "$after" >&2; failed=1; }
    echo "$row $([ "$before" = "$after" ] && echo the same || echo "another one") |"
  else
    echo "| $name | | | $([ "$stages" -eq 2 ] && echo does not build || echo no second stage) | | no | | | | | |"
    failed=1
  fi
  rm -rf "${work:?}/$name"
done
exit $failed
