#!/bin/sh
# git for agents. A workspace has files of two users, the server's and the agent's, and git refuses files of another user's.
exec /usr/bin/git -c safe.directory='*' "$@"
