#!/usr/bin/env bash
# Fetches NVIDIA's run-time compiler (NVRTC 12.4) into a private folder; prints the library's path as its last line.
#
#   tools/fetch-nvrtc.sh [FOLDER]        default: ~/.cache/specexec/nvrtc
#   export SPECEXEC_NVRTC=$(tools/fetch-nvrtc.sh | tail -n 1)
#
# It needs neither card, driver nor toolkit, so machines without a GPU can compile every kernel for real. The package
# is Debian's (non-free, proprietary, NVIDIA's licence): it is for checks, and never becomes part of this repository.
# The mirror is the one this machine already uses; the system's own package sources and state stay as they are, and
# apt checks the archive's signature as always.
set -euo pipefail
suite=trixie
packages=(libnvrtc12 libnvrtc-builtins12.4)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
folder=$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/specexec/nvrtc}")

say() { echo "fetch-nvrtc: $*" >&2; }
library() { find "$folder/root" -name 'libnvrtc.so.12' 2>/dev/null | head -n 1; }

if [ -n "$(library)" ]; then
    library
    exit 0
fi

command -v apt-get >/dev/null && command -v dpkg >/dev/null && [ -r "$keyring" ] \
    || { say "this needs Debian's apt and its archive keyring; elsewhere install NVRTC from NVIDIA ('pip install nvidia-cuda-nvrtc-cu12' has it) and set SPECEXEC_NVRTC"; exit 1; }
mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | tr -d ' ' | head -n 1 || true)
[ -n "$mirror" ] || { say "no Debian mirror among this machine's package sources"; exit 1; }

# Everything happens beside the target, so that an interrupted run leaves nothing that looks whole.
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,packages,root}
echo "deb [signed-by=$keyring] $mirror $suite non-free" > "$work/sources.list"
options=(
    -qq
    -oDir::Etc::SourceList="$work/sources.list" -oDir::Etc::SourceParts=/dev/null
    -oDir::State::Lists="$work/lists" -oDir::Cache="$work/cache"
    -oAPT::Sandbox::User="$(id -un)" -oDebug::NoLocking=1)
say "downloading ${packages[*]} ($suite, non-free)"
apt-get "${options[@]}" update >&2
(cd "$work/packages" && apt-get "${options[@]}" download "${packages[@]}" >&2)
for package in "$work"/packages/*.deb; do
    dpkg -x "$package" "$work/root"
done

rm -rf "$folder"
mkdir -p "$folder"
mv "$work/root" "$folder/root"
[ -n "$(library)" ] || { say "the packages hold no libnvrtc.so.12"; exit 1; }
library
