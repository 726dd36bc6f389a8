#!/bin/sh
# furnishHome.sh HOME TEXT: puts into an agent's home its settings for git (see agentHome.sh) and what its tools look for there. It runs at the
# agent's first start, and when its name has changed. What fails is tried again at the next start of a program.
set -eu
cd "$1"
/usr/bin/mkdir -p .config/git .config/paperclip-on-fly .local/bin
# A file of git's own for a user, which the agent can go on with.
[ -e .config/git/ignore ] || /usr/bin/cp /usr/local/share/paperclip-on-fly/gitignore .config/git/ignore
# Paperclip's skill has agents type `npx paperclipai`. npx looks among what is installed for all of the agent's work, and would download it.
[ -e .local/bin/paperclipai ] || /usr/bin/ln -sf /usr/local/bin/paperclipai .local/bin/paperclipai
# Two runs of the agent may do this at once.
printf '%s' "$2" >".config/paperclip-on-fly/gitconfig.$$"
/usr/bin/mv -f ".config/paperclip-on-fly/gitconfig.$$" .config/paperclip-on-fly/gitconfig
