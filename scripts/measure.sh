#!/usr/bin/env bash
# The figures of docs/performance.md, all in one run, as a Markdown table on stdout (progress on stderr).
#   CORPUS=/big/disk bash scripts/measure.sh [IMAGE...]    default j-big; needs IMAGE.docker.tar and IMAGE.oci-gz.tar in $CORPUS/images
# Nothing else should run meanwhile. Needs about 6 GB of scratch space under TMPDIR for j-big.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
images=("${@:-j-big}")
run=$(mktemp -d "${TMPDIR:-/tmp}/insight-measure.XXXXXX")
chmod 755 "$run"
pg_pid='' service=''
trap 'stop_process "$service"; stop_process "$pg_pid" INT; rm -rf "$run"' EXIT
trap 'exit 1' INT TERM

progress() { printf '%s\n' "$*" >&2; }
row() { printf '| %s | %s | %s | %s | %s |\n' "$@"; } # input, what, seconds, MB/s of the input, peak MB
now() { date +%s.%N; }
calc() { python3 -c "print(f'{$1:.$2f}')"; }

# The layers of an archive as files in a folder, each once.
extract_layers() { # ARCHIVE FOLDER
  python3 - "$1" "$2" <<'P'
import json, shutil, sys, tarfile
with tarfile.open(sys.argv[1]) as archive:
    names = set(archive.getnames())
    read = lambda name: json.load(archive.extractfile(name))
    blob = lambda digest: "blobs/" + digest.replace(":", "/")
    if "manifest.json" in names:
        layers = [layer for image in read("manifest.json") for layer in image["Layers"]]
    else:
        document = read("index.json")
        while "layers" not in document:
            document = read(blob(document["manifests"][0]["digest"]))
        layers = [blob(layer["digest"]) for layer in document["layers"]]
    for i, name in enumerate(dict.fromkeys(layers)):
        with archive.extractfile(name) as source, open(f"{sys.argv[2]}/{i:03}", "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
P
}

# timed INPUT BYTES WHAT COMMAND FILE... : the command over all files, one after the other.
timed() {
  local input=$1 bytes=$2 what=$3 command=$4 seconds peak
  shift 4
  progress "$input: $what"
  /usr/bin/time -o "$run/time" -f '%e %M' bash -c "for f; do $command \"\$f\"; done >/dev/null" - "$@"
  read -r seconds peak <"$run/time"
  row "$input" "$what" "$(calc "$seconds" 2)" "$(calc "$bytes/1e6/$seconds" 0)" "$(calc "$peak*1024/1e6" 0)"
}

analysis_alone() { # INPUT BYTES FILE
  progress "$1: analysis alone"
  dotnet run -c Release --no-build --project tests/Benchmarks -- analyze "$3" >"$run/analyze.json"
  python3 - "$1" "$2" "$run/analyze.json" <<'P'
import json, sys
r = json.load(open(sys.argv[3]))
seconds = r["wallMs"] / 1000
print(f'| {sys.argv[1]} | analysis alone ({r["layers"]} layers, {r["entries"]:,} entries, {r["cpuMs"] / 1000:.1f} s CPU) '
      f'| {seconds:.2f} | {int(sys.argv[2]) / 1e6 / seconds:.0f} | {r["peakRssBytes"] / 1e6:.0f} |')
P
}

# upload_to_done INPUT BYTES FILE DATABASE [CONNECTION] : a fresh process with a fresh database for every figure.
upload_to_done() {
  local input=$1 bytes=$2 file=$3 database=$4 folder port url id state start uploaded ended peak
  progress "$input: upload to done, $database"
  folder=$(mktemp -d "$run/data.XXXXXX") port=$(free_port)
  url=http://127.0.0.1:$port
  Insight__DataDirectory=$folder ConnectionStrings__Insight=${5:-} \
    dotnet artifacts/bin/Web/release/ImageInsight.Web.dll --urls "$url" --contentRoot src/Web >"$run/service.log" 2>&1 </dev/null &
  service=$!
  curl -sf -o /dev/null --retry 60 --retry-delay 1 --retry-all-errors "$url/health/ready" || { cat "$run/service.log" >&2; return 1; }
  start=$(now)
  id=$(curl -sSf -T "$file" "$url/api/images/upload?name=$(basename "$file")" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
  uploaded=$(now)
  # curl and grep only: anything heavier would take a good part of a core from the service.
  until state=$(curl -sSf "$url/api/analyses/$id" | grep -o '"state":"[a-z]*"') && [[ $state == *done* || $state == *failed* ]]; do sleep 0.2; done
  ended=$(now)
  [[ $state == *done* ]] || { curl -sS "$url/api/analyses/$id" >&2; return 1; }
  peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$service/status")
  stop_process "$service"
  service=''
  rm -rf "$folder"
  row "$input" "upload to done on $database (of it the upload: $(calc "$uploaded-$start" 1) s)" "$(calc "$ended-$start" 2)" \
    "$(calc "$bytes/1e6/($ended-$start)" 0)" "$(calc "$peak*1024/1e6" 0)"
}

install_packages util-linux coreutils curl python3 isal gzip openssl time postgresql >&2
progress building
dotnet build ImageInsight.sln -c Release -v quiet </dev/null >"$run/build.log" || { cat "$run/build.log" >&2; exit 1; }

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(calc "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)*1024/1e9" 0) GB; $(git log -1 --format='%h of %cs')$([ -z "$(git status --porcelain)" ] || echo ', with changes')"
echo
echo '| input | what | wall, s | MB/s of the file | peak, MB |'
echo '|---|---|--:|--:|--:|'
for image in "${images[@]}"; do
  for shape in docker oci-gz; do
    file=$CORPUS/images/$image.$shape.tar
    [ -s "$file" ] || { echo "no $file; make it with ONLY=$image bash $corpus_scripts/all.sh" >&2; exit 1; }
    input=$(basename "$file") bytes=$(stat -c %s "$file")
    mkdir "$run/layers"
    extract_layers "$file" "$run/layers"
    gzipped=() plain=()
    for layer in "$run/layers"/*; do
      if [ "$(head -c 2 "$layer" | od -An -tx1)" = " 1f 8b" ]; then gzipped+=("$layer"); else plain+=("$layer"); fi
    done
    if [ ${#gzipped[@]} -gt 0 ]; then
      timed "$input" "$bytes" '`gzip -dc` of its layers' 'gzip -dc' "${gzipped[@]}"
      timed "$input" "$bytes" '`igzip -dc` of its layers' 'igzip -dc' "${gzipped[@]}"
    fi
    [ ${#plain[@]} = 0 ] || timed "$input" "$bytes" '`openssl dgst -sha256` of its layers' 'openssl dgst -sha256' "${plain[@]}"
    rm -rf "$run/layers"
    analysis_alone "$input" "$bytes" "$file"
    upload_to_done "$input" "$bytes" "$file" SQLite
    start_postgres "$run/postgres" >&2
    upload_to_done "$input" "$bytes" "$file" Postgres "Host=127.0.0.1;Port=$pg_port;Username=insight;Password=insight;Database=postgres"
    stop_process "$pg_pid" INT
    pg_pid=''
    rm -rf "$run/postgres"
  done
done
