# shellcheck shell=bash
# The layout of the volume. All state is here; whatever else the machine writes is lost at its next start.
#
#   /paperclip/postgres      the database            postgres    0700
#   /paperclip/tailscale     the device's identity   root        0700
#   /paperclip/operator      what only the operator may read (the open invitation)   root   0700
#   /paperclip/home          Paperclip's HOME        paperclip   0700
#   /paperclip/agents        the agents' homes       agent       0700, see agentHome.sh
#   /paperclip/adapter-*     which agents Paperclip offers, and those that an administrator adds   paperclip   0700
#   /paperclip/instances     config, master key, storage, logs, backups   paperclip   0700, and for agents, see sharing.sh: workspaces
#                            and projects to work in, instructions (companies) and skills to read
#
# Root makes what lies in /paperclip itself, where nobody else can make anything. What lies in another user's folder is made by that user
# (makeInstance.sh, makeDatabase.sh), so that root follows no link there and gives nothing away.

prepare_volume() {
  volume_check || volume_refuse
  # Fly mounts a new volume owned by root. `install -d` sets owner and mode again at every start, which also fixes a restored volume.
  install -d -o root -g root -m 0755 /paperclip
  install -d -o postgres -g postgres -m 0700 /paperclip/postgres
  install -d -o root -g root -m 0700 /paperclip/tailscale /paperclip/operator
  install -d -o agent -g agent -m 0700 /paperclip/agents /run/paperclip-homes
  install -d -o paperclip -g paperclip -m 0700 /paperclip/home /paperclip/adapter-plugins /paperclip/instances
  # Paperclip writes these beside its instances, where it is not allowed to make a file.
  local file
  for file in /paperclip/adapter-plugins.json /paperclip/adapter-settings.json; do
    if [ ! -e "$file" ]; then install -o paperclip -g paperclip -m 0600 /dev/null "$file"; fi
  done
  if [ "${#volume_strange[@]}" -gt 0 ]; then chown --no-dereference paperclip:paperclip "${volume_strange[@]}"; fi
  prepare_instance
}

# Makes the server's instance, as the server's user. The exit status says how it is shared with agents (see sharing.sh).
prepare_instance() {
  local lib=/usr/local/lib/paperclip-on-fly status=0 file own=()
  for file in "${volume_second[@]}"; do
    if [ "${file%/*}" = /paperclip ]; then
      install --no-target-directory -o paperclip -g paperclip -m 0600 "$file" "$file.own" && mv --no-target-directory "$file.own" "$file"
    else
      own+=("$file")
    fi
  done
  (as paperclip -- "$lib/makeInstance.sh" "${own[@]}") || status=$?
  case $status in
    0) return 0 ;;
    3) ;;
    # The agents' files are theirs to open.
    4) (as agent -- bash -pc "source $lib/sharing.sh && share_what_had_lists") ;;
    *) return 1 ;;
  esac
  kernel_sharing=group
  : >"$shared_by_group"
}
