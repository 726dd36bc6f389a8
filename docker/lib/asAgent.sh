#!/bin/bash -p
# asAgent.sh PROGRAM ARGUMENTS: what server/programs.js starts every program with, already as the user `agent`.
#
# PAPERCLIP_ON_FLY_AGENT, which programs.js sets, says whose program it is: an agent's, by its id; one of the image's own, `image`; or, where it
# says nothing, one that the server starts for no agent: git, a probe, a command of a workspace.
set -eu

# When memory runs out the kernel ends agents before anything else: a run can be begun again. Raising one's own rank needs no privilege.
echo 500 >/proc/self/oom_score_adj

agent=${PAPERCLIP_ON_FLY_AGENT:-}
unset PAPERCLIP_ON_FLY_AGENT "${!SUDO_@}"
# shellcheck source=docker/lib/agentHome.sh
source /usr/local/lib/paperclip-on-fly/agentHome.sh
home=
case $agent in
  image) ;;
  "")
    home=$homes_once/$SRANDOM$SRANDOM
    /usr/bin/mkdir -m 0700 "$home"
    ;;
  *)
    home=$homes/$agent
    [ -d "$home/.claude" ] || make_home "$agent"
    ;;
esac
# Not the server's nor another agent's; an account that an agent has of its own has a home of its own.
case ${HOME:-} in
  "" | /paperclip/home | "$home_of_all" | "$home_of_all"/* | "$homes" | "$homes"/*) HOME=${home:-$homes_once} ;;
esac
export HOME SHELL="${SHELL:-/bin/bash}"
# Of Claude Code: it is the image's, and an updater would fill the agents' home with further copies; nothing is told about its use. Here, as
# Paperclip passes on what it knows only, which is not the same with each engine.
export DISABLE_AUTOUPDATER=1 DO_NOT_TRACK=1
# The server cannot tidy up what programs put into temporary folders of their own (0700) when a run is over, so it is not in the run's.
for name in TMPDIR TEMP TMP; do
  case ${!name:-} in /tmp/paperclip*) unset "$name" ;; esac
done
# With the server, agents share what they make by its group where the kernel has no access control lists (see sharing.sh).
if [ -e /run/paperclip-shares-by-group ]; then umask 002; fi
confinement=()
if [ "$agent" != image ]; then confine "$agent" "$home"; fi
# Agents wait for everybody else: the class for idle times gives way at once to whatever wakes up, in CPU and in disk, to all that the
# program starts. (`nice` lets what runs end its turn, up to 3 ms of the 5 that are left in 80 when the machine has no CPU saved, and would
# take `ionice` besides.) Nobody leaves the class without a privilege or a limit that allows it, and an init may have left one. See also
# agents_come_last.
ulimit -e 0
exec /usr/bin/chrt --idle 0 /usr/bin/setpriv --no-new-privs "${confinement[@]}" -- "$@"
