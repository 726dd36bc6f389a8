#!/usr/bin/env bash
# addTools.sh TOOLS SANDBOXES: installs the tools that a stack chooses besides those of every image, and notes which an image carries.
#
#   base    what every image has: see the Dockerfile and ../../docs/tools.md
#   native  g++, Python's headers and pkg-config, with which npm and pip compile packages: 71 MB
#
# SANDBOXES is true where agents' programs are allowed sandboxes of their own; only then is bubblewrap of any use.
set -euo pipefail

readonly known="base native"
packages=()
for tool in $1; do
  case $tool in
    base) ;;
    native) packages+=(g++ pkg-config python3-dev) ;;
    *)
      echo "TOOLS has \"$tool\"; the tools are ${known// /, }" >&2
      exit 64
      ;;
  esac
done
if [ "$2" = true ]; then packages+=(bubblewrap); fi

if [ "${#packages[@]}" -gt 0 ]; then
  apt-get update
  apt-get install --yes --no-install-recommends "${packages[@]}"
  # Python's own library to link to statically, which no package of pip's does; manuals and what apt-get can fetch again.
  rm -rf /usr/lib/python3*/config-*/libpython*.a /usr/lib/*/libpython*.a /usr/share/{man,info,javascript} \
    /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/*
  find /usr/share/doc -type f -not -name copyright -delete
fi
mkdir -p /usr/local/share/paperclip-on-fly
echo "$1" >/usr/local/share/paperclip-on-fly/tools
