#!/usr/bin/env bash
# paperclipai: Paperclip's own command line. Root, who comes by `flyctl ssh console` or `flyctl machine exec`, becomes the server's user, with the
# server's places and database and without the machine's secrets. Everybody else stays who they are: agents use it with the key of their run.
set -euo pipefail
program=(node /usr/local/lib/paperclip/node_modules/paperclipai/dist/index.js)
if [ "$(id --user)" -ne 0 ]; then exec "${program[@]}" "$@"; fi

# What would begin another Paperclip beside the one that runs, or change what the image carries.
case ${1:-} in
  run | service | onboard | install | uninstall | test-drive | env-lab | worktree*)
    echo "paperclipai $1 is for a Paperclip that is installed by hand; here the machine's start runs it, with the settings of the stack" >&2
    exit 2
    ;;
  update | upgrade)
    echo "paperclipai $1 cannot change the image: docs/updates.md says how a stack is brought up to date" >&2
    exit 2
    ;;
esac

lib=/usr/local/lib/paperclip-on-fly
# shellcheck source=docker/lib/common.sh
source "$lib/common.sh"
# shellcheck source=docker/lib/variables.sh
source "$lib/variables.sh"
# shellcheck source=docker/lib/postgres.sh
source "$lib/postgres.sh"
# shellcheck source=docker/lib/server.sh
source "$lib/server.sh"

# A key that the operator has set stays a variable: as an argument it would show in the list of processes.
operator_variables=(PATH TERM COLUMNS NO_COLOR PAPERCLIP_API_KEY PAPERCLIP_CONTEXT)
PAPERCLIP_PUBLIC_URL=$(public_url)
for name in $(compgen -e); do
  case " ${operator_variables[*]} ${server_variables[*]} " in *" $name "*) ;; *) export -n "${name?}" ;; esac
done
export HOME=/paperclip/home LANG=C.UTF-8 PGHOST=$postgres_socket PGUSER=paperclip PAPERCLIP_PUBLIC_URL
export PAPERCLIP_API_URL=http://127.0.0.1:3100 PAPERCLIP_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
for file in "${own_files[@]}"; do exec {file}>&-; done
umask 077
cd "$HOME"
exec setpriv --reuid paperclip --regid paperclip --init-groups -- "${program[@]}" "$@"
