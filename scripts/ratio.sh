#!/usr/bin/env bash
# The analysis of archives beside plain tools, in the build that ships: compiled ahead where the registry has the compiler for that.
#   scripts/ratio.sh FILE...      needs openssl, igzip, zstd
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
publish() { dotnet publish tests/Benchmarks -c Release -o "$out/bin" -p:ArtifactsPath="$out/artifacts" "$@" >"$out/log" 2>&1; }
publish --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
  || { echo "ratio: not compiled ahead: $(grep -m1 error "$out/log" || tail -1 "$out/log")" >&2; rm -rf "$out/bin"; publish || { cat "$out/log" >&2; exit 1; }; }
cd "$OLDPWD"
dotnet "$out/bin/ImageInsight.Benchmarks.dll" ratio "$@"
