#!/bin/bash -p
# asAgent.sh PROGRAM ARGUMENTS: what server/programs.js starts every program with, already as the user `agent`.
#
# PAPERCLIP_ON_FLY_AGENT, which programs.js sets, says whose program it is: the id of an agent, or `image` for one of the image's own. It is
# empty for what the server starts for no agent: git, a probe, a command of a workspace. PAPERCLIP_ON_FLY_NAME is the agent's name.
# PAPERCLIP_ON_FLY_RUN is the mark of its run, by which the server finds what the run leaves behind (see server/leftovers.js); it is empty for
# what belongs to no run.
set -eu

# When memory runs out the kernel kills agents first, as a run can be retried. Raising one's own score needs no privilege.
echo 500 >/proc/self/oom_score_adj

mark=${PAPERCLIP_ON_FLY_RUN:-}
if [ -n "$mark" ]; then ulimit -x "${mark%:*}" -q "${mark#*:}"; fi
agent=${PAPERCLIP_ON_FLY_AGENT:-} name=${PAPERCLIP_ON_FLY_NAME:-Agent}
unset PAPERCLIP_ON_FLY_RUN PAPERCLIP_ON_FLY_AGENT PAPERCLIP_ON_FLY_NAME PAPERCLIP_ON_FLY_GIT "${!SUDO_@}"
# shellcheck source=docker/lib/agentHome.sh
source /usr/local/lib/paperclip-on-fly/agentHome.sh
home=
case $agent in
  "") ;;
  image) HOME=/ ;;
  *)
    home=$homes/$agent
    [ -d "$home/.claude" ] || make_home "$agent"
    ;;
esac
# Never the server's home, nor another agent's. An account that an agent has of its own brings its own home.
case ${HOME:-} in
  "" | /paperclip/home | "$home_of_all" | "$home_of_all"/* | "$homes" | "$homes"/*)
    if [ -z "$home" ]; then
      home=$homes_once/$SRANDOM$SRANDOM
      /usr/bin/mkdir -m 0700 "$home"
    fi
    HOME=$home
    ;;
esac
export HOME SHELL="${SHELL:-/bin/bash}"
# Claude Code stays as the image has it, as an updater would fill the agents' homes with copies, and reports nothing about its use. These are
# set here because Paperclip passes on only the variables that it knows, and those differ between its engines.
export DISABLE_AUTOUPDATER=1 DO_NOT_TRACK=1
# Claude Code asks Anthropic itself what it offers, with the key of whatever gateway it talks to.
if [ -n "${ANTHROPIC_BASE_URL:-}" ]; then export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1; fi
# When a run is over, the server cannot remove the private temporary folders (0700) of programs. So they are not in the run's folder.
for variable in TMPDIR TEMP TMP; do
  case ${!variable:-} in /tmp/paperclip*) unset "$variable" ;; esac
done
# Where the kernel has no access control lists, agents share what they make with the server by its group (see sharing.sh).
if [ -e /run/paperclip-shares-by-group ]; then umask 002; fi
confinement=()
if [ "$agent" != image ]; then confine "$agent" "$home"; fi
case $agent in
  "" | image) ;;
  *)
    sign_as "$agent" "$name" "$home"
    # What the agent installs with npm is found last: its runs keep the Claude Code of the image.
    case :$PATH: in *:"$home/.local/bin":*) ;; *) export PATH="$PATH:$home/.local/bin" ;; esac
    # Both are found in HOME, unless that is an account's.
    [ "$HOME" = "$home" ] || export NPM_CONFIG_PREFIX="$home/.local" PAPERCLIP_ON_FLY_GIT="$home/$settings_for_git"
    ;;
esac
# Agents wait for everybody else. A program in the idle class, and all that it starts, gives way at once to whatever wakes up, in CPU and in
# disk. (With `nice` a program ends its turn first, up to 3 ms of the 5 that are left in 80 when the machine has no CPU saved; it would also
# need `ionice`.) Leaving the class needs a privilege, or a limit that an init may have left. See also agents_come_last.
ulimit -e 0
exec /usr/bin/chrt --idle 0 /usr/bin/setpriv --no-new-privs "${confinement[@]}" -- "$@"
