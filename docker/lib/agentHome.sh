# shellcheck shell=bash
# The home of an agent and what else is an agent's own, see asAgent.sh. All agents are one user, so what separates them is Landlock: a program
# and all that it starts get at what they are given here, and the kernel keeps them from processes that others have started: from their
# environment and their memory. Within that they may do what the user may.

# Each agent has its home in the first, by its id; each program that is started for no agent has an empty one in the second. The third is of
# older images, where all agents had it together: nobody gets at it now.
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

# confine AGENT HOME: sets `confinement`, words for setpriv: everything but the homes of others and, of the server's folders for companies, what
# other agents have there for their runs, their keys too. What is given is given with all in it, so the entries of a folder of which one is
# left out are given one by one: such a folder (/ is one) cannot be listed, and what is made in it later is not seen.
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
