#!/bin/sh
# git for agents. A workspace has files of two users, the server's and the agent's, and git refuses files of another user's.
#
# An agent's commits are its own where nobody says otherwise: asAgent.sh keeps a file with its name, which stands in for the system's settings,
# as those come last of all. Paperclip's programs for its GitHub connection take the system's settings away, and set variables for an identity,
# which come first. Where they have none these are empty, with which git commits nothing.
[ -n "$GIT_AUTHOR_NAME" ] || unset GIT_AUTHOR_NAME
[ -n "$GIT_AUTHOR_EMAIL" ] || unset GIT_AUTHOR_EMAIL
[ -n "$GIT_COMMITTER_NAME" ] || unset GIT_COMMITTER_NAME
[ -n "$GIT_COMMITTER_EMAIL" ] || unset GIT_COMMITTER_EMAIL
case $GIT_CONFIG_SYSTEM in
  /dev/null) unset GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM ;;
esac
if [ -z "$GIT_CONFIG_SYSTEM" ]; then
  GIT_CONFIG_SYSTEM=${PAPERCLIP_ON_FLY_GIT:-$HOME/.config/paperclip-on-fly/gitconfig}
  if [ -f "$GIT_CONFIG_SYSTEM" ]; then export GIT_CONFIG_SYSTEM; else unset GIT_CONFIG_SYSTEM; fi
fi
exec /usr/bin/git -c safe.directory='*' "$@"
