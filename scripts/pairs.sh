#!/usr/bin/env bash
# Builds the pairs of tests/Pairs, each mistake beside its fix, on the bases of a corpus:
#   CORPUS=/big/disk bash scripts/pairs.sh [NAME...]     into $CORPUS/pairs/images, as docker-archive and as a registry serves it
# The first line of each naive Dockerfile says its context, the least confidence of the findings that its fix answers, and what it is.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
pairs=$root/tests/Pairs
out=$CORPUS/pairs/images
mkdir -p "$out"
. "$corpus_scripts/lib.sh"
set +e
prepare_mounts
failed=0
[ $# -gt 0 ] || mapfile -t names < <(cd "$pairs" && printf '%s\n' *-naive.Dockerfile | sed 's/-naive.Dockerfile//')
[ $# = 0 ] || names=("$@")
for name in "${names[@]}"; do
  head=$(head -n 1 "$pairs/$name-naive.Dockerfile")
  context=$(sed -n 's/.*context: *\([^ ]*\).*/\1/p' <<<"$head")
  folder=$pairs/context/$context
  [ -d "$folder" ] || folder=$CTX/$context
  for side in naive fixed; do
    image=$name-$side extra=() with=build
    [ ! -s "$out/$image.oci-gz.tar" ] || continue
    [[ $head != *" npm "* ]] || with=buildnpm
    ignore=$(sed -n '1s/^#.*ignore: *\([^ ]*\).*/\1/p' "$pairs/$image.Dockerfile")
    [ -z "$ignore" ] || extra=(--ignorefile "$SCRIPTS/files/$ignore")
    $with "$image" "$pairs/$image.Dockerfile" "$folder" "${extra[@]}" || { failed=1; continue; }
    skopeo copy -q "$(csref "$image")" "docker-archive:$out/$image.docker.tar:corpus/$image:latest" &&
      skopeo copy -q --format oci "$(csref "$image")" "oci-archive:$out/$image.oci-gz.tar:latest" || failed=1
    bh rmi "localhost/corpus/$image" >/dev/null 2>&1
  done
done
exit $failed
