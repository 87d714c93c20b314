#!/usr/bin/env bash
# Builds the emulated CUDA driver, where its sources have changed, and prints the library's path as its last line:
#   SPECEXEC_CUDA_DRIVER=$(bash tools/cuda-emulator.sh | tail -n 1) specexec generate --device cuda ...
# Needs the .NET 10 SDK and a C compiler (NativeAOT links with it). Settings: tools/CudaEmulator/README.md.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
project="$root/tools/CudaEmulator"
build="$root/artifacts/cuda-emulator"
library="$build/libspecexec-cuda-emulator.so"

changed() {
    [[ ! -e "$library" ]] || [[ -n "$(find "$project" "$root/Directory.Build.props" "$root/global.json" "${BASH_SOURCE[0]}" \
        -path "$project/bin" -prune -o -path "$project/obj" -prune -o -newer "$library" -type f -print -quit)" ]]
}

mkdir -p "$build"
if changed; then
    # Two builds at once would write the same files; the second finds the first one's work.
    exec 9> "$build/lock"
    flock 9
    if changed; then
        echo "building the CUDA emulator (about half a minute) ..." >&2
        started="$build/started"
        touch "$started"
        dotnet publish "$project/CudaEmulator.csproj" -c Release -p:PublishAot=true --ucr \
            --artifacts-path "$build/work" -o "$build/publish" -nologo -v quiet 9>&- >&2
        cp "$build/publish/SpecExecNative.CudaEmulator.so" "$library.new"
        # A source that was saved during the build is newer than the library then.
        touch -r "$started" "$library.new"
        mv -f "$library.new" "$library"
    fi
fi

echo "$library"
