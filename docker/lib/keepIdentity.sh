#!/bin/sh
# keepIdentity.sh HOME TEXT: writes an agent's settings for git (see agentHome.sh), and at the first time what it leaves out of commits. That is
# a file of git's own for a user, which the agent can go on with. What fails is tried again at the next start of a program.
set -eu
cd "$1"
/usr/bin/mkdir -p .config/git .config/paperclip-on-fly
[ -e .config/git/ignore ] || /usr/bin/cp /usr/local/share/paperclip-on-fly/gitignore .config/git/ignore
# Two runs of the agent may do this at once.
printf '%s' "$2" >".config/paperclip-on-fly/gitconfig.$$"
/usr/bin/mv -f ".config/paperclip-on-fly/gitconfig.$$" .config/paperclip-on-fly/gitconfig
