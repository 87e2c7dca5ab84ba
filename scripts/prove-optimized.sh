#!/usr/bin/env bash
# Is an image's optimised form the same file system, to the byte?
#   scripts/prove-optimized.sh CORPUS [NAME...]          every image of every archive, a line each; fails when one differs
#   SAFE=1 scripts/prove-optimized.sh CORPUS [NAME...]   the files of safe findings go as well: all else must be the same
# NAME is a file's without .tar. Both forms are unpacked by umoci as root would, and every path is compared: type, owner, mode, time
# to the nanosecond, device, link, names of one file, extended attributes, size and sha256. A directory that no layer has gets the time of
# the unpacking, or none where its files were taken out; only that is let pass. skopeo must take the result as docker-archive
# and as oci-archive, and no dead byte may be left. Needs skopeo, umoci and python3, and in TMPDIR four times the room of the biggest image.
set -euo pipefail
corpus=${1:?usage: scripts/prove-optimized.sh CORPUS [NAME...]}
shift
safe=${SAFE:+safe}
cd "$(dirname "$0")/.."
dotnet build -c Release tests/Benchmarks -v quiet -nologo -p:UseSharedCompilation=false -nodeReuse:false >&2
program=artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work" && rm -rf "$work"' EXIT

list() { # IMAGE OUT [GONE] : all paths of what umoci makes of it, but those that a file names
  local start
  rm -rf "$work/oci" "$work/unpacked"
  skopeo --insecure-policy ${architecture:+--override-arch "$architecture"} copy -q --dest-compress-level 1 "$1" "oci:$work/oci:x" || return
  rm -rf "$work/layout"
  start=$(date +%s)
  umoci unpack --keep-dirlinks --image "$work/oci:x" "$work/unpacked" 2>"$work/umoci" || { tail -n 2 "$work/umoci"; return 1; }
  rm -rf "$work/oci"
  python3 - "$work/unpacked/rootfs" "$start" "${3:-/dev/null}" >"$2" <<'PYTHON'
import hashlib, os, stat, sys
root, start, gone = os.fsencode(sys.argv[1]), int(sys.argv[2]), {l.rstrip(b"\n") for l in open(sys.argv[3], "rb")}
first, found = {}, 0
def line(path):
    global found
    name = path[len(root):] or b"/"
    text = "".join(chr(b) if b < 128 else "%%%02X" % b for b in name) if not valid(name) else name.decode()
    if text.encode() in gone:
        found += 1
        return
    s = os.lstat(path)
    # What is unpacked without a record has the time of the unpacking.
    time = "-" if stat.S_ISDIR(s.st_mode) and (s.st_mtime >= start or s.st_mtime == 0) else s.st_mtime_ns
    facts = [text, stat.filemode(s.st_mode), s.st_uid, s.st_gid, time]
    if stat.S_ISLNK(s.st_mode):
        facts.append(os.readlink(path))
    elif stat.S_ISREG(s.st_mode):
        facts += [s.st_size, first.setdefault(s.st_ino, text), hashlib.file_digest(open(path, "rb"), "sha256").hexdigest()]
    elif not stat.S_ISDIR(s.st_mode):
        facts.append(s.st_rdev)
    facts += sorted((k, os.getxattr(path, k, follow_symlinks=False)) for k in os.listxattr(path, follow_symlinks=False))
    print(*map(ascii, facts))
def valid(name):
    try:
        return name.decode() is not None
    except UnicodeDecodeError:
        return False
line(root)
for folder, folders, files in os.walk(root):
    folders.sort()
    for name in sorted(folders + files):
        line(os.path.join(folder, name))
if found != len(gone):
    print("of", len(gone), "paths that shall go", found, "were there")
PYTHON
  chmod -R u+rwX "$work/unpacked"
  rm -rf "$work/unpacked"
}

failed=0
for archive in "$corpus"/images/*.tar; do
  name=$(basename "$archive" .tar)
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  for index in 0 1 2 3 4 5 6 7 8 9; do
    answer=0
    said=$(dotnet "$program" optimize "$archive" "$work/optimized.tar" $index $safe) || answer=$?
    [ $answer != 3 ] || break
    [ $answer = 0 ] || { echo "FAILED   $name $index"; failed=1; continue; }
    form=oci-archive
    ! tar -tf "$archive" manifest.json >/dev/null 2>&1 || form=docker-archive
    # skopeo names an image of several by its place where there is a manifest.json, and chooses by platform from an index within.
    source=$form:$archive architecture=
    [[ $name != multi-* ]] || source=$form:$archive:@$index
    if [[ $name == multiarch* ]]; then
      architecture=$(sed 's/.*"platform":"[^"/]*\/\([^"/]*\).*/\1/' <<<"$said")
      mkdir "$work/layout"
      tar -xf "$archive" -C "$work/layout"
      python3 - "$work/layout/index.json" $index <<'PYTHON'
import json, sys
index = json.load(open(sys.argv[1]))
if len(index["manifests"]) > 1:
    index["manifests"] = [index["manifests"][int(sys.argv[2])]]
json.dump(index, open(sys.argv[1], "w"))
PYTHON
      source=oci:$work/layout
    fi
    if [[ $name == *zstd* ]]; then # umoci does not unpack zstd
      skopeo --insecure-policy copy -q --dest-decompress "$source" "dir:$work/plain"
      source=dir:$work/plain
    fi
    list "$source" "$work/before" "$work/optimized.tar.gone" || { echo "SKIPPED  $name $index: skopeo or umoci does not read it"; failed=1; continue; }
    architecture=
    rm -rf "$work/plain"
    list "docker-archive:$work/optimized.tar" "$work/after" || echo "not a docker-archive" >"$work/after"
    skopeo --insecure-policy copy -q "oci-archive:$work/optimized.tar" "dir:$work/oci" || echo "not an oci-archive" >>"$work/after"
    rm -rf "$work/oci"
    left=$(dotnet "$program" analyze "$work/optimized.tar" | sed 's/.*"wastedBytes":\([0-9]*\).*/\1/')
    rm "$work/optimized.tar"
    if [ "$left" = 0 ] && cmp -s "$work/before" "$work/after"; then
      echo "same     $name $index: $(wc -l <"$work/before") paths, $said"
    else
      echo "DIFFERS  $name $index: $left dead bytes left, $(diff "$work/before" "$work/after" | wc -l) lines differ, $said"
      diff "$work/before" "$work/after" | head -n 6
      failed=1
    fi
  done
done
exit $failed
