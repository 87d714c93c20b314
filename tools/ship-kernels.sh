#!/usr/bin/env bash
# Makes anew the PTX that the library carries for machines without NVRTC. Run it after every change of a CUDA source or of
# the kernel table; a test compares. Needs NVRTC: SPECEXEC_NVRTC names it, tools/fetch-nvrtc.sh fetches one.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
archive="$root/Kernels/Cuda/Compilation/Shipped/kernels.ptx.br"
mkdir -p "$(dirname "$archive")"
dotnet run --project "$root/tools/SpecExec.Cli" -c Release -- kernels ship "$archive.new"
mv -f "$archive.new" "$archive"
