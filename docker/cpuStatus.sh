#!/usr/bin/env bash
# Prints the machine's CPU times and how they have changed ten seconds later, as one JSON document, e.g. for
# `flyctl machine exec MACHINE paperclip-cpu`. Times are in hundredths of a second since the machine's start, of all vCPUs together.
# Starts no program: a machine that has used up its CPU has a sixteenth of a core left, and this would be part of what it measures.
set -euo pipefail
# shellcheck source=docker/lib/common.sh
source /usr/local/lib/paperclip-on-fly/common.sh

# Sets `cpus` and `times`. Guests' times, the columns after steal, are part of user's and nice's.
read_times() {
  local name user nice system idle iowait irq softirq steal rest used
  cpus=0
  while read -r name user nice system idle iowait irq softirq steal rest; do
    case $name in
      cpu)
        used=$((user + nice + system + irq + softirq))
        times="{\"used\":$used,\"steal\":$steal,\"idle\":$((idle + iowait))}"
        ;;
      cpu*) cpus=$((cpus + 1)) ;;
      *) return 0 ;;
    esac
  done </proc/stat
}

read_times
first=$times
pause 10
read_times
printf '{"cpus":%d,"first":%s,"last":%s}\n' "$cpus" "$first" "$times"
