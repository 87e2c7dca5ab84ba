#!/usr/bin/env bash
# kill -9 at fifty random moments an engine, while images are sent, read, stored and linked; then everything is counted.
#   bash scripts/kills.sh [KILLS] [SEED]     default 50; the tests do five
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
dotnet build tests/Web.Tests -c Release -v quiet -nodeReuse:false
INSIGHT_KILLS=${1:-50} INSIGHT_SEED=${2:-$RANDOM} \
  exec artifacts/bin/Web.Tests/release/ImageInsight.Web.Tests -class '*RandomKillTests' -showLiveOutput
