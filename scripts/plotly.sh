#!/usr/bin/env bash
# Makes the plotly.js that the service serves: the version that Plotly.Blazor ships, with only the traces used (treemap, bar,
# scatter): 1.2 MB instead of 4.9. The result is kept in the repository, so that neither Node nor npm is needed to run or test;
# run this only to change the version or the traces. Needs npm and a package registry.
#   bash scripts/plotly.sh [VERSION]
set -euo pipefail
version=${1:-3.7.0}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/src/Web/wwwroot/_content/Plotly.Blazor
work=$(mktemp -d "${TMPDIR:-/tmp}/insight-plotly.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --no-audit --no-fund --ignore-scripts "plotly.js@$version" esbuild@0.28.2 >&2
# core has scatter
cat > entry.js <<'J'
var Plotly = require("plotly.js/lib/core");
Plotly.register([require("plotly.js/lib/treemap"), require("plotly.js/lib/bar")]);
module.exports = Plotly;
J
node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=Plotly --target=es2016 \
  --define:global=window --define:define.amd=false --legal-comments=none \
  --banner:js="/* plotly.js v$version (treemap, bar, scatter), Copyright Plotly, Inc., MIT: see LICENSE beside it */" \
  --outfile=plotly.js >&2
mkdir -p "$out"
rm -f "$out"/plotly-*.min.js
cp plotly.js "$out/plotly-$version.min.js"
cp node_modules/plotly.js/LICENSE "$out/LICENSE"
ls -l "$out"
gzip -9c "$out/plotly-$version.min.js" | wc -c
