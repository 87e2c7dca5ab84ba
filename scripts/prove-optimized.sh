#!/usr/bin/env bash
# For every docker-archive of a corpus: is the optimised image the same file system, to the byte?
#   scripts/prove-optimized.sh CORPUS [NAME...]          a line an image; fails when one differs
# Both forms are unpacked by umoci as root would: every path, its type, owner, mode, link, time, size and content are compared.
# Times of directories that no layer has are those of the unpacking, so directories go without. Needs skopeo and umoci, and in
# TMPDIR three times the room of the biggest image.
set -euo pipefail
corpus=${1:?usage: scripts/prove-optimized.sh CORPUS [NAME...]}
shift
cd "$(dirname "$0")/.."
dotnet build -c Release tests/Benchmarks >/dev/null
program=artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work" && rm -rf "$work"' EXIT

list() { # ARCHIVE
  rm -rf "$work/oci" "$work/unpacked"
  skopeo --insecure-policy copy -q "docker-archive:$1" "oci:$work/oci:x"
  umoci unpack --keep-dirlinks --image "$work/oci:x" "$work/unpacked" 2>/dev/null
  (cd "$work/unpacked/rootfs" && {
    find . -type d -printf '%p %y %U:%G %m\n'
    find . ! -type d -printf '%p %y %U:%G %m %l %T@ %s %n\n'
    find . -type f -exec sha256sum {} +
  } | LC_ALL=C sort)
  chmod -R u+rwX "$work/unpacked"
  rm -rf "$work/oci" "$work/unpacked"
}

failed=0
for archive in "$corpus"/images/*.docker.tar; do
  name=$(basename "$archive" .docker.tar)
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  said=$(dotnet "$program" optimize "$archive" "$work/optimized.tar")
  list "$archive" >"$work/before"
  list "$work/optimized.tar" >"$work/after"
  left=$(dotnet "$program" analyze "$work/optimized.tar" | sed 's/.*"wastedBytes":\([0-9]*\).*/\1/')
  rm "$work/optimized.tar"
  if [ "$left" = 0 ] && cmp -s "$work/before" "$work/after"; then
    echo "same     $name: $(wc -l <"$work/before") lines, $said"
  else
    echo "DIFFERS  $name: $left dead bytes left, $(diff "$work/before" "$work/after" | wc -l) lines differ"
    failed=1
  fi
done
exit $failed
