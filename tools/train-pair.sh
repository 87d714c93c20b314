#!/usr/bin/env bash
# Trains the demo pair: from the Debian package to two model folders. Needs the .NET 10 SDK and
# `apt-get install bible-kjv-text bible-kjv`. Run it again after an interruption: it continues.
# usage: tools/train-pair.sh FOLDER [options of `TrainPair all`]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="${1:?usage: $0 FOLDER [options]}"
shift
# Waiting threads that spin starve the working ones where the cores are shared.
export GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-30000}"
exec dotnet run --project "$here/TrainPair" -c Release -- all --out "$out" "$@"
