# shellcheck shell=bash
# A volume that is not as starts leave it: restored from somewhere, or changed by somebody. In the place of a folder or a file, a link, a pipe
# or another file's second name would lead the machine's users elsewhere or keep them waiting. So every entry that a start knows is looked
# at before anything is made, without opening and without following it. Nothing runs yet that could exchange it afterwards. What is in the
# way stays there: it may be somebody's data.

# Seconds in which the operator gets into a machine that refuses its volume. Then it ends, and is started again.
readonly volume_patience=60

# What is below /paperclip: kind, owner, path. A folder comes before what is in it.
readonly volume_entries=(
  "folder root tailscale"
  "file root tailscale/tailscaled.state"
  "folder root operator"
  "file root operator/invite-url"
  "folder agent agents"
  "folder postgres postgres"
  "folder postgres ${postgres_data#/paperclip/}"
  "file postgres ${postgres_data#/paperclip/}/PG_VERSION"
  "file postgres ${postgres_data#/paperclip/}/postmaster.pid"
  "folder paperclip home"
  "folder paperclip adapter-plugins"
  "file paperclip adapter-plugins.json"
  "file paperclip adapter-settings.json"
  "folder paperclip instances"
  "folder paperclip instances/default"
  "file paperclip instances/default/config.json"
  "file paperclip instances/default/.env"
  "folder paperclip instances/default/secrets"
  "file paperclip instances/default/secrets/master.key"
  "folder paperclip instances/default/logs"
  "folder paperclip instances/default/data"
  "folder paperclip instances/default/data/storage"
  "folder paperclip instances/default/data/backups"
  "folder paperclip instances/default/workspaces"
  "folder paperclip instances/default/projects"
  "folder paperclip instances/default/companies"
  "folder paperclip instances/default/skills"
)

# Fails where an entry is not what it has to be, after a line for each that says how it is fixed. What can be fixed without a loss is left
# to prepare_volume: `volume_strange` has the files in /paperclip itself that belong to somebody else, and `volume_second` those of the
# server's that have a second name, which an agent could give them on a kernel without fs.protected_hardlinks.
volume_check() {
  local entry path line paths=() found=() refused=() others=()
  local -A seen=()
  volume_strange=() volume_second=()
  for entry in "${volume_entries[@]}"; do paths+=("/paperclip/${entry##* }"); done
  volume_find_others
  # What is not there is no line.
  mapfile -d '' found < <(stat --printf='%F:%U:%h:%n\0' -- "${paths[@]}" "${others[@]}" 2>/dev/null)
  for line in "${found[@]}"; do
    path=/${line#*:*:*:/}
    seen[$path]=${line%":$path"}
  done
  for entry in "${volume_entries[@]}"; do
    read -ra entry <<<"$entry"
    volume_judge "${entry[@]}"
  done
  for path in "${others[@]}"; do volume_judge_other "$path"; done
  volume_judge_database
  [ "${#refused[@]}" -eq 0 ]
}

# Waits for the operator, and ends the start with an error.
volume_refuse() {
  log "the volume is not touched, and nothing is started; the machine waits $volume_patience s for such a command, and ends"
  local seconds
  for ((seconds = 0; seconds < volume_patience; seconds++)); do pause 1; done
  exit 1
}

# Sets `others` to what has no line above, and is opened by what starts with the machine: in root's own folders, and in the database's.
volume_find_others() {
  local folder
  shopt -s nullglob dotglob globstar
  for folder in /paperclip/tailscale /paperclip/operator; do
    [ -L "$folder" ] || others+=("$folder"/**/*)
  done
  [ -L "${postgres_data%/*}" ] || [ -L "$postgres_data" ] || others+=("$postgres_data"/*)
  shopt -u nullglob dotglob globstar
}

# volume_judge KIND OWNER PATH: refuses what is in the place of an entry.
volume_judge() {
  local kind=$1 owner=$2 path=/paperclip/$3 type user links
  IFS=: read -r type user links <<<"${seen[$path]:-}"
  if [ -z "$type" ] || volume_is_in_refused "$path"; then return 0; fi
  case $kind:$type in
    folder:directory | file:regular*) ;;
    *)
      volume_move_away "$path" "is $(volume_words "$type") where a $kind has to be"
      return 0
      ;;
  esac
  if [ "$kind" = file ] && [ "$links" -ne 1 ]; then
    if [ "$owner:$user" = paperclip:paperclip ]; then
      volume_second+=("$path")
    else
      volume_move_away "$path" "is a file with a second name, by which another user may get at it"
    fi
  elif [ "$user" = "$owner" ]; then
    return 0
  elif [ "${path%/*}" = /paperclip ]; then
    if [ "$kind" = file ]; then volume_strange+=("$path"); fi
  # A file of root's is the operator's, and one in a folder of root's is nobody else's whatever it says.
  elif [ "$kind" = folder ] || { [ "$user" != root ] && [ "$owner" != root ]; }; then
    # All that is in a database's folder is PostgreSQL's; in the others some is the agents'.
    volume_refuse_entry "$path" "belongs to ${user/UNKNOWN/nobody that the machine knows} and not to $owner" \
      "chown --no-dereference $([ "$owner" != postgres ] || echo "--recursive ")$owner:$owner $path"
  fi
}

# volume_judge_other PATH: refuses what is neither a folder nor a file of its own, where its name can be any.
volume_judge_other() {
  local path=$1 type user links
  IFS=: read -r type user links <<<"${seen[$path]:-}"
  case $type:$links in
    directory:* | regular*:1) return 0 ;;
    regular*) type="is a file with a second name" ;;
    *) type="is $(volume_words "$type") where a file has to be" ;;
  esac
  if [[ $path = *[!A-Za-z0-9._/-]* ]]; then
    path=${path#/paperclip/} path=/paperclip/${path%%/*} type="has an entry that ${type/ where a file has to be/}"
  fi
  volume_move_away "$path" "$type"
}

# Without that file PostgreSQL takes a folder for none of its own. What is in it may be somebody's database all the same.
volume_judge_database() {
  local path
  if [ -n "${seen[$postgres_data/PG_VERSION]:-}" ]; then return 0; fi
  for path in "${others[@]}"; do
    if [[ $path = "$postgres_data"/* ]]; then volume_move_away "$postgres_data" "holds files, but no PG_VERSION that tells whose"; fi
  done
}

# volume_is_in_refused PATH: whether PATH was refused, or is in a folder that was.
volume_is_in_refused() {
  local one
  for one in "${refused[@]}"; do
    if [[ $1/ = "$one"/* ]]; then return 0; fi
  done
  return 1
}

# volume_words TYPE: a type of stat's in the words of the log.
volume_words() {
  case $1 in
    directory) echo "a folder" ;;
    regular*) echo "a file" ;;
    "symbolic link") echo "a link" ;;
    fifo) echo "a pipe" ;;
    *"special file") echo "a device" ;;
    *) echo "a $1" ;;
  esac
}

# volume_move_away PATH WHAT: refuses an entry that is fixed by moving it to where no start looks.
volume_move_away() {
  local name=${1#/paperclip/}
  volume_refuse_entry "$1" "$2" "mv --backup=numbered --no-target-directory $1 /paperclip/refused.${name//\//.}"
}

# volume_refuse_entry PATH WHAT COMMAND: says so, once of each, with the command that fixes it.
volume_refuse_entry() {
  if volume_is_in_refused "$1"; then return 0; fi
  refused+=("$1")
  log "$1 $2. Look at it, and fix it: flyctl ssh console --app ${FLY_APP_NAME:-APP} --command \"$3\""
}
