#!/usr/bin/env bash
# Measures what findings of at least "probable" are worth on pairs of images as people write them (shared/pairs): builds each pair,
# analyses the naive image, removes what each finding claims, alone and all together, and asks the program that remains.
#   CORPUS=/big/disk bash scripts/precision.sh [NAME...]     a Markdown table on stdout; $CORPUS/pairs/precision has what was removed and answered
# With PROPOSALS=1 the proposed Dockerfile of each naive image is built instead, on the context of the pair with the proposed .dockerignore below its own,
# and asked; the table has what it saves beside what was predicted. What an image does not tell is taken as in prove-proposals.sh.
# PAIRS names the folder of the pairs, PROGRAM a Benchmarks.dll built before, ONLY=all skips the findings alone. $CORPUS needs
# work/storage with the bases of the corpus and work/mnt (see pairs.sh). Archives built before are taken as they are.
# Ends with 1 when a claim or a proposal breaks a program, or a proposal does not build or is off by more than 2 % and 100 kB of what it saves.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
set +e
pairs=$(realpath "${PAIRS:-$root/../shared/pairs}")
work=$CORPUS/pairs out=$CORPUS/pairs/precision
store=(--root "$work/storage" --runroot "$work/run" --storage-driver overlay --storage-opt "overlay.imagestore=$CORPUS/work/storage")
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(cd "$pairs" && printf '%s\n' */ | tr -d /)
[ -n "${PROGRAM:-}" ] || (cd "$root" && dotnet build -c Release tests/Benchmarks -v quiet -nodeReuse:false) >&2 || exit 2
program=${PROGRAM:-$root/artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll}
mkdir -p "$out"

loaded() { # NAME-SIDE : the image is in the storage, from the archive where it has to be.
  buildah "${store[@]}" inspect --type image "localhost/pairs/$1:latest" >/dev/null 2>&1 ||
    REGISTRY_AUTH_FILE=$CORPUS/work/auth.json skopeo --insecure-policy copy -q "docker-archive:$work/images/$1.tar" \
      "containers-storage:[overlay@$work/storage+$work/run:overlay.imagestore=$CORPUS/work/storage]localhost/pairs/$1:latest"
}

# Debian's policy forbids ImageMagick to read PostScript; the program is about that, so it is allowed for the test.
prepare() { [ "$1" != locales-fonts ] || echo "sed -i '/pattern=\"\(PS\|EPS\|PS2\|PS3\|PDF\)\"/d' /etc/ImageMagick-6/policy.xml"; }

# What the image answers; a time or a number of a process in it is not the answer.
# buildah fails now and then before it starts anything ("sealing memfd"): that is asked again.
answer() {
  local tries
  for tries in 1 2 3; do
    bash "$pairs/pairs.sh" smoke "$@" 2>/dev/null >"$out/asked"
    grep -q 'sealing memfd' "$work/logs/run-$1.log" || break
  done
  LC_ALL=C tr -cd '[:print:]\n' <"$out/asked" | sed -E 's/[0-9]{2}:[0-9]{2}:[0-9]{2}|[0-9.]+u [0-9:.]+/TIME/g'
}

# What is proposed for the naive image, built: its log lies beside the proposal.
build_proposal() { # NAME FOLDER
  local context=$work/in/$1/ctx extra=()
  dotnet "$program" propose "$work/images/$1-naive.tar" "$2" && named "$work/in/$1/naive.Dockerfile" "$2/Dockerfile.proposed" >"$2/Dockerfile" || return
  cat "$context/.dockerignore" "$2/.dockerignore" >"$2/ignored" 2>/dev/null
  case $1 in copy-all | ts-runtime | vite-nginx | next-app) extra=(-v "$CORPUS/work/mnt/npmrc:/usr/local/etc/npmrc:ro") ;; esac
  buildah "${store[@]}" bud --layers --no-cache --force-rm --isolation chroot --network host --pull-never --format docker -v "$CORPUS/work/mnt/ca:/media:ro" \
    "${extra[@]}" --ignorefile "$2/ignored" -f "$2/Dockerfile" -t "localhost/pairs/$1-proposed:latest" "$context" >"$2/log" 2>&1
}

# A row of the table of proposals; 1 when it is not as predicted.
prove() { # NAME
  local folder=$out/$1/proposed answers=yes saved within
  mkdir -p "$folder"
  build_proposal "$1" "$folder" || { tail -15 "$folder/log" >&2; echo "| $1 | | | | no | |"; return 1; }
  rm -f "$folder/built.tar"
  REGISTRY_AUTH_FILE=$CORPUS/work/auth.json skopeo --insecure-policy copy -q \
    "containers-storage:[overlay@$work/storage+$work/run:overlay.imagestore=$CORPUS/work/storage]localhost/pairs/$1-proposed:latest" \
    "docker-archive:$folder/built.tar:pairs/$1-proposed:latest" >&2
  saved=$(dotnet "$program" saved "$work/images/$1-naive.tar" "$folder/built.tar")
  within=${saved##* }
  answer "$1-naive" "$out/$1/prepare" >"$folder/untouched.txt"
  answer "$1-proposed" "$out/$1/prepare" >"$folder/answered.txt"
  [ -s "$folder/untouched.txt" ] && cmp -s "$folder/untouched.txt" "$folder/answered.txt" || answers=no
  # shellcheck disable=SC2086 # words
  printf '| %s | %s | %s | %s | yes | %s |\n' "$1" $saved "$answers"
  rm -f "$folder/built.tar"
  [ "$within $answers" = "yes yes" ]
}

broken=0
if [ -n "${PROPOSALS:-}" ]; then
  echo "| pair | predicted | measured | within | builds | answers the same |"
  echo "|---|--:|--:|---|---|---|"
  for name in "${names[@]}"; do
    [ -s "$work/images/$name-naive.tar" ] || bash "$pairs/pairs.sh" build "$name" >&2
    loaded "$name-naive" >&2
    mkdir -p "$out/$name"
    prepare "$name" >"$out/$name/prepare"
    prove "$name" || broken=1
  done
  exit $broken
fi
echo "| pair | confidence | measured | predicted | within | P - P | within | named | true | runs without | beyond the findings |"
echo "|---|---|--:|--:|---|--:|---|--:|--:|---|---|"
for name in "${names[@]}"; do
  for side in naive fixed; do
    [ -s "$work/images/$name-$side.tar" ] || { bash "$pairs/pairs.sh" build "$name" >&2; break; }
  done
  loaded "$name-naive" >&2
  folder=$out/$name
  dotnet "$program" claims "$work/images" "$name" "$folder" || { echo "$name: not analysed" >&2; broken=1; continue; }
  prepare "$name" > "$folder/prepare"
  answer "$name-naive" "$folder/prepare" > "$folder/untouched.txt"
  bad=()
  scripts=(all)
  [ "${ONLY:-}" = all ] || mapfile -t scripts < <(cut -f1 "$folder/claims.tsv"; echo all)
  for claim in "${scripts[@]}"; do
    rm -f "$folder/$claim.txt"
    [ -s "$folder/$claim.sh" ] || continue
    cat "$folder/prepare" "$folder/$claim.sh" > "$folder/now"
    answer "$name-naive" "$folder/now" > "$folder/$claim.txt"
    cmp -s "$folder/untouched.txt" "$folder/$claim.txt" || { bad+=("$claim"); broken=1; echo "$name breaks without $claim" >&2; }
  done
  dotnet "$program" claims "$work/images" "$name" "$folder" "${bad[@]}"
  runs=yes
  [ ${#bad[@]} = 0 ] || runs="no: $(printf '%s, ' "${bad[@]}" | sed 's/, $//')"
  awk -F'\t' -v runs="$runs" '{ printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, runs, $10 }' "$folder/figures.tsv"
done
exit $broken
