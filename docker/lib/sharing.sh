# shellcheck shell=bash
# What server and agents share: workspaces and projects, where both write, and instructions (companies) and skills, which agents read. They
# share by access control lists, with which a new file is open to both however it is made. Where the kernel or a file system has none, they
# share by groups. In both cases handOver.sh opens to the agent what the server has made for itself alone (0600, 0700).
#
# By groups: the server is a member of the agents' group. Workspaces and projects belong to that group and hand it on to all that is made
# in them (setgid), which both make writable for it (umask 002). Instructions and skills stay the server's own group's and are readable for
# others. Others than the server and the group get no further than /paperclip/instances.
#
# Each user opens what is its own: none of this is run by root.

readonly instance=/paperclip/instances/default

# This file exists while groups do; handOver.sh and asAgent.sh look for it. Root makes it where makeInstance.sh says so.
readonly shared_by_group=/run/paperclip-shares-by-group

# Opens the server's folders to agents. Fails where one of them takes no list, which decides for all: a run has files on the volume and in /tmp.
share_by_lists() {
  setfacl --modify user:agent:x /paperclip/instances "$instance" /tmp/paperclip 2>/dev/null &&
    setfacl --modify user:agent:rwx,default:user:agent:rwx,default:user:paperclip:rwx "$instance/workspaces" "$instance/projects" &&
    setfacl --modify user:agent:rx,default:user:agent:rx "$instance/companies" "$instance/skills"
}

share_by_group() {
  install -d -g agent -m 0710 /paperclip/instances "$instance"
  install -d -g agent -m 2770 "$instance/workspaces" "$instance/projects"
  install -d -g paperclip -m 0755 "$instance/companies" "$instance/skills"
}

# Whether an earlier start, on a kernel with access control lists, has shared by them what is in the workspaces.
has_lists() {
  local others
  others=$(find "$instance/workspaces" "$instance/projects" -mindepth 1 -maxdepth 1 ! -group agent -print -quit)
  [ -n "$others" ]
}

# Opens by group what is shared by lists and belongs to the user who runs this. There the group's rights in a file's mode are the most that
# its list gives. No file with a second name: that may be one of another place. What a user has closed to others stays closed.
share_what_had_lists() {
  local places=("$instance/workspaces" "$instance/projects")
  find "${places[@]}" -mindepth 1 -user "$EUID" \( -type d -o -type f -links 1 \) \
    -exec chgrp --no-dereference agent {} + -exec chmod g+rwX {} + 2>/dev/null || :
  find "${places[@]}" -mindepth 1 -user "$EUID" -type d -exec chmod g+s {} + 2>/dev/null || :
}

# What the server's new files are open to.
share_umask() { [ ! -e "$shared_by_group" ] || umask 002; }
