#!/usr/bin/env bash
# Checks SpecExecNative on this machine's NVIDIA card and leaves result.json, result.md and the logs in a folder.
#
#   ./run.sh [FOLDER]        default: ./result
#
# Needs Linux x64 and a driver for CUDA 12 or 13; no .NET, no toolkit, no internet. Exit code 0: all green.
# With NVIDIA's run-time compiler on the machine (SPECEXEC_NVRTC, a toolkit, a pip wheel) kernels are compiled for the
# card; without it, the PTX that comes along goes through the driver. Both are worth a run.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:-result}")
mkdir -p "$out/logs" || exit 1
export SPECEXEC_ROOT=$here SPECEXEC_TEST_DEVICE=card SPECEXEC_RECORD_WRAPPERS=$out/wrappers.json NO_COLOR=1 TERM=dumb
export XDG_CACHE_HOME=$out/cache # a cold start every time, and nothing left behind elsewhere
budget=470 # seconds for everything: under 8 minutes
started=$SECONDS
names=() states=() seconds=() details=()

# step NAME LIMIT COMMAND...: runs it with its output in a log; exit code 77 means there was nothing to run.
step() {
    local name=$1 limit=$2 log=$out/logs/$1.log left=$((budget - (SECONDS - started))) begun=$SECONDS code
    shift 2
    [ "$limit" -lt "$left" ] || limit=$left
    printf '%-28s' "$name" >&2
    if [ "$limit" -le 5 ]; then
        code=77
        echo "no time was left" > "$log"
    else
        timeout --kill-after=5 "$limit" bash -c '"$@"' step "$@" > "$log" 2>&1
        code=$?
    fi
    case $code in
        0) states+=(passed) ;;
        77) states+=(skipped) ;;
        124 | 137) states+=(failed); echo "stopped after $limit s" >> "$log" ;;
        *) states+=(failed) ;;
    esac
    names+=("$name")
    seconds+=($((SECONDS - begun)))
    details+=("$(grep -v '^[[:space:]]*$' "$log" | tail -n 1 | tr -d '\000-\037"\\' | cut -c 1-200)")
    echo "${states[-1]} (${seconds[-1]} s)" >&2
}

specexec() { "$here/bin/specexec" "$@"; }
nothing() { echo "$1"; return 77; }

machine() {
    uname -a
    command -v nvidia-smi > /dev/null && nvidia-smi && nvidia-smi -q -d CLOCK,POWER,PERFORMANCE,PCIE
    head -n 5 /proc/driver/nvidia/version 2> /dev/null
    true
}

gpu_tests() {
    local code
    "$here/bin/SpecExecNative.Tests" --filter "TestCategory=Cuda" --results-directory "$out/logs" | tee "$out/logs/tests.out"
    code=${PIPESTATUS[0]}
    sed -nE 's/^ *(succeeded|failed|skipped): *([0-9]+).*/\2 \1/p' "$out/logs/tests.out" | paste -sd ',' | sed 's/,/, /g'
    rm -f "$out/logs/tests.out"
    return "$code"
}

# The card's text is the CPU's: greedy, and with a seed; with and without speculation on the card itself.
same_text() {
    local prompt='Once upon a time' device method
    for device in cpu cuda; do
        for method in none specexec; do
            specexec generate --device $device --method $method --temp 0 -n 96 -p "$prompt" > "$out/logs/greedy-$device-$method.txt" || return 1
        done
    done
    for method in none specexec; do
        specexec generate --device cuda --method $method --temp 0.8 --seed 7 -n 96 -p "$prompt" > "$out/logs/sampled-cuda-$method.txt" || return 1
    done
    specexec generate --device cuda --method specexec --temp 0.8 --seed 7 -n 96 -p "$prompt" --gpu-layers 2 > "$out/logs/streamed-ram.txt" || return 1
    specexec generate --device cuda --method specexec --temp 0.8 --seed 7 -n 96 -p "$prompt" --gpu-layers 1 --weights disk --packed-cache "$out/packed" \
        --trace "$out/logs/trace.json" > "$out/logs/streamed-disk.txt" || return 1
    rm -rf "$out/packed"
    cmp "$out/logs/greedy-cuda-none.txt" "$out/logs/greedy-cuda-specexec.txt" \
        && cmp "$out/logs/sampled-cuda-none.txt" "$out/logs/sampled-cuda-specexec.txt" \
        && cmp "$out/logs/sampled-cuda-none.txt" "$out/logs/streamed-ram.txt" \
        && cmp "$out/logs/sampled-cuda-none.txt" "$out/logs/streamed-disk.txt" \
        && cmp "$out/logs/greedy-cpu-none.txt" "$out/logs/greedy-cuda-none.txt" \
        && echo "the card writes the CPU's text, with and without speculation, and with layers from memory and from disk"
}

sanitizer() {
    local tool
    tool=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2> /dev/null | head -n 1)
    [ -n "$tool" ] || nothing "compute-sanitizer is not on this machine" || return
    for check in memcheck racecheck initcheck synccheck; do
        "$tool" --tool $check --error-exitcode 9 "$here/bin/specexec" generate --device cuda --temp 0 -n 8 -p 'The cat' || return 1
    done
}

# A large model's layers (a card without room for them measures a smaller one's), and a draft's.
kernel_rates() {
    benchmark kernels --shapes 70b --quick || {
        code=$?
        grep -q 'cannot allocate' "$out/logs/bench-kernels.log" || return $code
        benchmark kernels --shapes 8b --quick
    } && benchmark kernels --shapes 1b --quick
}

# A model whose weights are made in a few seconds, nothing of it resident: the ratio to the link is what counts, whatever the size.
streamed_passes() {
    cd "$here/configs" || return
    benchmark stream --config llama-2-7b.json --draft-config tinyllama-1.1b.json --gpu-layers 0 --budgets 64 256 1024 --iterations 5 --quick
}

benchmark() {
    "$here/bin/SpecExecNative.Bench" --help | grep -qE "^ +$1 " || nothing "there is no benchmark '$1' in this build" || return
    "$here/bin/SpecExecNative.Bench" "$@" --out "$out/bench-$(echo "$*" | tr -cs 'a-z0-9\n' '-')"
}

export here out
export -f specexec nothing machine gpu_tests same_text sanitizer benchmark kernel_rates streamed_passes
step machine 20 machine
step doctor 60 specexec doctor --json
step tests 240 gpu_tests
step same-text 90 same_text
step bench-kernels 180 kernel_rates
step bench-stream 90 streamed_passes
step sanitizer 120 sanitizer
rm -rf "$out/cache"

failed=0
{
    echo '{'
    echo "  \"commit\": \"$(tr '\n' ' ' < "$here/COMMIT" | sed 's/ *$//')\","
    echo "  \"when\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\","
    echo "  \"seconds\": $((SECONDS - started)),"
    echo '  "steps": ['
    for i in "${!names[@]}"; do
        comma=,
        [ "$i" -lt $((${#names[@]} - 1)) ] || comma=
        echo "    { \"name\": \"${names[$i]}\", \"state\": \"${states[$i]}\", \"seconds\": ${seconds[$i]}, \"detail\": \"${details[$i]}\" }$comma"
    done
    echo '  ]'
    echo '}'
} > "$out/result.json"
{
    echo "# GPU check"
    echo
    echo "Commit $(head -n 1 "$here/COMMIT"), $(date -u +%Y-%m-%d), $((SECONDS - started)) s."
    echo
    echo "| step | state | s | last line of its log |"
    echo "|---|---|---|---|"
    for i in "${!names[@]}"; do
        echo "| ${names[$i]} | ${states[$i]} | ${seconds[$i]} | ${details[$i]//|/\\|} |"
        [ "${states[$i]}" != failed ] || failed=1
    done
} > "$out/result.md"
cat "$out/result.md"
exit $failed
