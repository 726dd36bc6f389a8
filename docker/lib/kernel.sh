# shellcheck shell=bash
# Closes what the machine's kernel leaves open to agents, and reports what the kernel can do. A Fly.io machine has its own kernel with the
# kernel's defaults. On other systems systemd makes them stricter, and the machine has no systemd.

readonly kernel_status=/run/paperclip-kernel.json

# The settings, in /proc/sys. The first four are systemd's: without them an agent can give a file of the server's a second name in its workspace
# (hard links), or wait in /tmp for what another user opens there. The others close parts of the kernel through which most of its weaknesses
# are reached. No agent's program needs them: Claude Code and Paperclip make user namespaces only with bubblewrap, which is in the image
# only where agents are allowed sandboxes, and Paperclip starts Codex without its sandbox. BPF gets 2 because 1 cannot be changed again.
readonly kernel_settings=(
  fs.protected_hardlinks=1
  fs.protected_symlinks=1
  fs.protected_fifos=1
  fs.protected_regular=2
  user.max_user_namespaces=0
  kernel.unprivileged_bpf_disabled=2
  kernel.io_uring_disabled=2
)

# What else the log and doctor say about the kernel. Each is set where it is found out.
kernel_sharing=acl   # how server and agents share files: acl or group (sharing.sh)
kernel_agents=none   # what keeps agents from the tailnet: netfilter, routes, userspace (there is no route), or none: no tailnet
kernel_homes=landlock # what keeps agents from each other's homes, keys and processes: landlock, or none: homes differ by name only
kernel_ports=closed  # to the tailnet, what listens in the machine and is not served: closed or open (tailnetFirewall.sh)
kernel_open=()       # settings of the list that are as the kernel has them and cannot be set
kernel_absent=()     # settings that this kernel does not know, mostly because it has no such part

# Sets what can be set, and goes on where something cannot. User namespaces stay open where agents are allowed sandboxes of their own.
kernel_close() {
  local setting name value file
  for setting in "${kernel_settings[@]}"; do
    name=${setting%=*} value=${setting#*=}
    if [ "$name:${PAPERCLIP_AGENT_SANDBOXES:-}" = user.max_user_namespaces:true ]; then
      kernel_open+=("$name")
      continue
    fi
    file=/proc/sys/${name//.//}
    if [ ! -e "$file" ]; then
      kernel_absent+=("$name")
    elif ! kernel_is_closed "$file" "$value"; then
      { echo "$value" >"$file"; } 2>/dev/null || :
      kernel_is_closed "$file" "$value" || kernel_open+=("$name")
    fi
  done
}

# kernel_is_closed FILE VALUE: whether a setting is as strict as that. A larger number is stricter, except where it is a count.
kernel_is_closed() {
  local value=
  { read -r value <"$1"; } 2>/dev/null || :
  case $1 in
    */max_*) [ "$value" = "$2" ] ;;
    */unprivileged_bpf_disabled) [ "${value:-0}" -ge 1 ] ;;
    *) [ "${value:-0}" -ge "$2" ] ;;
  esac
}

# Finds out whether the kernel has Landlock. Without it agents' programs are not confined (see agentHome.sh). Nor are they where agents are
# allowed sandboxes, as a confined program cannot mount anything.
kernel_confine() {
  if [ "${PAPERCLIP_AGENT_SANDBOXES:-}" = true ] ||
    ! setpriv --no-new-privs --landlock-access fs --landlock-rule path-beneath::/usr -- /usr/bin/true 2>/dev/null; then
    kernel_homes=none
    : >"$homes_by_name"
  fi
}
# This file exists while they are not; asAgent.sh looks for it.
readonly homes_by_name=/run/paperclip-homes-by-name

# Logs once which kernel the machine has, and keeps that for `paperclip-kernel`.
kernel_report() {
  local release=unknown open absent
  { read -r release </proc/sys/kernel/osrelease; } 2>/dev/null || :
  log "kernel $release: files shared by $kernel_sharing, agents kept from each other by $kernel_homes, agents kept from the tailnet by" \
    "$kernel_agents, other ports $kernel_ports to the tailnet, open to agents: ${kernel_open[*]:-nothing}, not in it: ${kernel_absent[*]:-nothing}"
  # As JSON. No character in it needs escaping.
  printf -v open ',"%s"' "${kernel_open[@]}"
  printf -v absent ',"%s"' "${kernel_absent[@]}"
  [ "${#kernel_open[@]}" -gt 0 ] || open=
  [ "${#kernel_absent[@]}" -gt 0 ] || absent=
  printf '{"release":"%s","sharing":"%s","homes":"%s","agents":"%s","ports":"%s","open":[%s],"absent":[%s]}\n' "$release" "$kernel_sharing" \
    "$kernel_homes" "$kernel_agents" "$kernel_ports" "${open#,}" "${absent#,}" >"$kernel_status"
}
