#!/usr/bin/env bash
# Builds the GPU check: one archive that runs on any Linux x64 machine with an NVIDIA card and a CUDA 12 or 13 driver.
# It brings .NET, the tests, the benchmarks, the specexec command and the demo pair; it needs neither internet nor this
# repository there. Prints the archive's path as its last line; progress goes to stderr.
#
#   tools/gpu-check/build.sh [ARCHIVE]        default: artifacts/specexec-gpu-check.tar.xz
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
archive=$(realpath -m "${1:-$root/artifacts/specexec-gpu-check.tar.xz}")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/specexec-gpu-check
mkdir -p "$bundle/tools" "$(dirname "$archive")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The three programs share one folder and one copy of .NET.
for project in Tests tools/SpecExec.Cli Bench; do
    echo "gpu-check: publishing $project" >&2
    dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -o "$bundle/bin" -v quiet >&2
done

# What only a debugger of .NET itself would load, and the emulator: on a card nothing is emulated.
rm -f "$bundle"/bin/{libmscordaccore.so,libmscordbi.so,libclrgc.so,libclrgcexp.so,createdump,*.pdb} \
      "$bundle"/bin/libspecexec-cuda-emulator.so*

ln -s ../bin/demo-pair "$bundle/tools/demo-pair" # where tests look for it in a checkout
cp -r "$root/Bench/configs" "$bundle/configs"
cp "$root/tools/gpu-check/run.sh" "$root/tools/gpu-check/README.md" "$root/LICENSE" "$root/NOTICE" "$bundle/"
git -C "$root" rev-parse HEAD > "$bundle/COMMIT" 2>/dev/null || echo unknown > "$bundle/COMMIT"
git -C "$root" diff --quiet HEAD 2>/dev/null || echo "with changes that are not committed" >> "$bundle/COMMIT"

tar -C "$stage" -c specexec-gpu-check | xz -T0 -7 > "$archive.partial"
mv "$archive.partial" "$archive"
echo "gpu-check: $(stat -c %s "$archive") bytes" >&2
echo "$archive"
