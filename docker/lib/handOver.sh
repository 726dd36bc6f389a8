#!/bin/bash -p
# handOver.sh PATH...: lets the user `agent` at what the server has made with rights for itself only (0600, 0700). Run by the server's user.
# A path may come from an agent's own settings: so it is opened before it is looked at, and cannot be exchanged afterwards for something
# else, and only what is made for runs is ever opened. No key of the server's is in any of these places.
set -eu
readonly instance=/paperclip/instances/default

# give RIGHTS: what is open as 3, with all in it. Once: after that the agent may have put links into it.
give() {
  local entries=user:agent:$1 opened=/proc/self/fd/3
  if getfacl --omit-header --absolute-names "$opened" | grep -q '^user:agent:[rwx-]*$'; then return 0; fi
  if [ -d "$opened" ]; then entries+=,default:user:agent:$1,default:user:paperclip:rwX opened+=/.; fi
  setfacl --recursive --modify "$entries" "$opened"
}

# A company's folder is the server's only when the first thing in it was.
find "$instance/companies" -mindepth 1 -maxdepth 1 -exec setfacl --modify user:agent:rx {} +

for path; do
  if [ ! -O "$path" ] || ! { exec 3<"$path"; } 2>/dev/null; then continue; fi
  case $(readlink /proc/self/fd/3) in
    "$instance"/workspaces/* | "$instance"/projects/* | "$instance"/companies/*/codex-home*) give rwX ;;
    # A run's scratch folder, the home of an account of its own.
    /tmp/paperclip/paperclip-run-* | /tmp/paperclip/paperclip-ai-*) give rwX ;;
    # A run's git and gh, in a folder that is made with the first of them.
    /tmp/paperclip/paperclip-github-runtime/*)
      setfacl --modify user:agent:x /tmp/paperclip/paperclip-github-runtime
      give rwX
      ;;
    # The tool servers of a run.
    "$instance"/companies/*/mcp-config.json) give rX ;;
  esac
  exec 3<&-
done
