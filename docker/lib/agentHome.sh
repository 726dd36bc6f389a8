# shellcheck shell=bash
# An agent's home and its other own files, see asAgent.sh. All agents are one user, so Landlock separates them: a program and all that it starts
# reach only what they are given here, and the kernel keeps them from the environment and the memory of processes that others have started.
# Within that they are allowed what the user is allowed.

# The first holds a home for each agent, by its id; the second an empty one for each program that is started for no agent. The third was the
# one home of all agents in older images: nobody reaches it now.
readonly homes=/paperclip/agents homes_once=/run/paperclip-homes home_of_all=/paperclip/agent

# make_home AGENT: makes an agent's home. From the home of all it takes over what Claude Code knows of the sessions in the agent's own workspace,
# so that the agent goes on with its tasks: these are only read, unlike hooks and settings.
make_home() {
  local home=$homes/$1 sessions
  shopt -s nullglob
  sessions=("$home_of_all"/.claude/projects/*-workspaces-"$1")
  shopt -u nullglob
  # Two runs of the agent may do this at once. Nobody but the user gets into the folder above.
  /usr/bin/mkdir -p "$home/.claude"
  if [ "${#sessions[@]}" -gt 0 ]; then
    /usr/bin/mkdir -p "$home/.claude/projects"
    /usr/bin/mv -n -t "$home/.claude/projects" -- "${sessions[@]}" || :
  fi
}

# confine AGENT HOME: sets `confinement`, arguments for setpriv. They give everything except the homes of others and, in the server's folders for
# companies, what other agents have there for their runs, keys included. A folder is given with all in it. So where one entry is left out, the
# others are given one by one: such a folder (/ is one) cannot be listed, and what is made in it later is not seen.
confine() {
  local place instance=/paperclip/instances/default
  # See kernel.sh.
  if [ -e /run/paperclip-homes-by-name ]; then return 0; fi
  confinement=(--landlock-access fs)
  shopt -s nullglob
  for place in /*/ /run/*/ /paperclip/*/ "$instance"/{workspaces,projects,skills}/ "$instance"/companies/*/*/; do
    case $place in
      / | /run/ | /paperclip/ | /paperclip/instances/ | "$homes"/ | "$homes_once"/ | "$home_of_all"/) ;;
      */companies/*/agents/) give_own "$place" "$1" instructions ;;
      */companies/*/acp-engine/) give_own "${place}agents/" "$1" ;;
      *) give "$place" ;;
    esac
  done
  shopt -u nullglob
  # What is in them, by name.
  if [ -d "$instance/companies" ]; then give "$instance/companies" read-dir; fi
  if [ -n "$2" ]; then give "$2"; fi
}

# give_own FOLDER AGENT [PART]: gives the agent its own entry of a folder that has one for each agent, and this part of the others'.
give_own() {
  local place
  if [ -n "$2" ] && [ -d "$1$2" ]; then give "$1$2"; fi
  if [ -n "${3:-}" ]; then
    for place in "$1"*/"$3"/; do give "$place"; done
  fi
}

# give PLACE [RIGHT]: without a right it is all of them.
give() { confinement+=(--landlock-rule "path-beneath:${2:-}:$1"); }

# sign_as AGENT NAME HOME: keeps the agent's identity for commits where git.sh finds it, in a file in its home. Only a start that finds another
# name there writes it, confined as the agent's own programs are: the folders could be links to a place of somebody else's.
readonly settings_for_git=.config/paperclip-on-fly/gitconfig
sign_as() {
  local name=${2//\\/\\\\} file=$3/$settings_for_git now='' wanted
  printf -v wanted '[user]\n\tname = "%s"\n\temail = %s@agents.invalid\n' "${name//\"/\\\"}" "$1"
  # A pipe in its place would keep the agent's programs from starting.
  if [ -f "$file" ]; then IFS= read -r -N 2000 now <"$file" || :; fi 2>/dev/null
  [ "$now" = "$wanted" ] ||
    /usr/bin/setpriv --no-new-privs "${confinement[@]}" -- \
      /usr/local/lib/paperclip-on-fly/furnishHome.sh "$3" "$wanted" </dev/null >/dev/null 2>&1 || :
}
