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

readonly instance=/paperclip/instances/default

prepare_volume() {
  # Fly mounts a new volume owned by root. `install -d` sets owner and mode again at every start, which also mends a restored volume.
  install -d -o root -g root -m 0755 /paperclip
  install -d -o postgres -g postgres -m 0700 /paperclip/postgres
  install -d -o root -g root -m 0700 /paperclip/tailscale /paperclip/operator
  install -d -o agent -g agent -m 0700 /paperclip/agents /run/paperclip-homes
  install -d -o paperclip -g paperclip -m 0700 /paperclip/home /paperclip/adapter-plugins /paperclip/instances "$instance" \
    "$instance/secrets" "$instance/logs" "$instance/data" "$instance/data/storage" "$instance/data/backups" \
    "$instance/workspaces" "$instance/projects" "$instance/companies" "$instance/skills"
  # What the server makes for a run.
  install -d -o paperclip -g paperclip -m 0711 /tmp/paperclip
  share_with_agents
  # Paperclip writes these beside its instances, where it may not make a file.
  local file
  for file in /paperclip/adapter-plugins.json /paperclip/adapter-settings.json; do
    if [ ! -e "$file" ]; then install -o paperclip -g paperclip -m 0600 /dev/null "$file"; fi
  done
  # The mount hides whatever the image has under /paperclip, so the image keeps its config elsewhere. A config that is there already
  # is the operator's and stays as it is.
  if [ ! -e "$instance/config.json" ]; then
    install -o paperclip -g paperclip -m 0600 /usr/local/share/paperclip-on-fly/config.json "$instance/config.json"
  fi
}
