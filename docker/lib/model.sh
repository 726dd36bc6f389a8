# shellcheck shell=bash
# Asks Anthropic whether it accepts the agents' credential. Nothing of this runs unless somebody asks.

# Root's only: an agent can neither put an answer here nor keep the lock.
readonly model_folder=/run/paperclip-model

# Keeps the app's variables in this shell: what it starts inherits the few that are no secrets.
keep_environment() {
  local name
  for name in $(compgen -e); do
    case " ${doctor_variables[*]} " in *" $name "*) ;; *) export -n "${name?}" ;; esac
  done
}

# model_ask CREDENTIAL: begins to ask with the variable of this name, unless that is being done or there is an answer of the last minute.
# Whoever asks holds the lock, so that an end without an answer is noticed too.
model_ask() {
  install --directory --mode=0700 "$model_folder"
  {
    if flock --nonblock 9 && ! model_answered; then
      # In a group of its own: what becomes of the command's own group is not known of every platform.
      set -m
      model_ask_now "$1" </dev/null >/dev/null 2>&1 &
      set +m
    fi
  } 9>"$model_folder/lock"
}

model_answered() {
  local ended
  { read -r ended <"$model_folder/answer"; } 2>/dev/null && [ $((EPOCHSECONDS - ended)) -lt 60 ]
}

# model_answer SECONDS: waits for the answer, prints it and forgets it, so that the next one who asks gets one of that time. Fails when there
# is none: it is not there yet, or whoever asked has ended.
model_answer() {
  local ended answer
  exec 9>"$model_folder/lock"
  flock --timeout "$1" 9 && { { read -r ended && read -r answer; } <"$model_folder/answer"; } 2>/dev/null || return 1
  rm -f "$model_folder/answer"
  echo "$answer"
}

model_ask_now() {
  local answer
  case $1 in
    ANTHROPIC_API_KEY) answer=$(model_ask_with_key) || true ;;
    *) answer=$(model_ask_with_token) || true ;;
  esac
  # Nothing else of what agents could have had a hand in is read by root's programs.
  [[ $answer =~ ^\{\"status\":[0-9]+,\"kind\":\"[A-Za-z_]*\",\"message\":\"([^\"\\]|\\.)*\",\"until\":[0-9.]+\}$ ]] || answer=
  printf '%s\n' "$EPOCHSECONDS" "$answer" >"$model_folder/answer.new"
  mv "$model_folder/answer.new" "$model_folder/answer"
}

# With an API key anybody may ask. The list of models costs nothing, and no model has to be named, which may be gone one day.
model_ask_with_key() {
  local answer status retry
  # The key goes in by stdin: an argument would show in the process list.
  answer=$(curl --silent --max-time 60 --header @- --header 'anthropic-version: 2023-06-01' \
    --write-out '\n%{http_code} %header{retry-after}' "${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/models?limit=1" \
    <<<"x-api-key: $ANTHROPIC_API_KEY") || true
  read -r status retry <<<"${answer##*$'\n'}"
  case $retry in '' | *[!0-9]*) retry=0 ;; *) retry=$((EPOCHSECONDS + retry)) ;; esac
  jq --raw-input --slurp --compact-output --argjson status "$((10#${status:-0}))" --argjson until "$retry" \
    '((fromjson? // {}) | .error? // {}) as $error
     | {$status, kind: ($error.type? // ""), message: ($error.message? // ""), $until}' <<<"${answer%$'\n'*}"
}

# A subscription's token is for Claude Code and no other program, so this is the agents' own, started as theirs are.
model_ask_with_token() {
  (
    exec 9>&-
    export CLAUDE_CODE_OAUTH_TOKEN
    # Where it is until it makes one of its own.
    export HOME=/tmp
    exec timeout 170 setpriv --reuid agent --regid agent --init-groups -- "$model_lib/asAgent.sh" "$model_lib/askClaude.sh"
  ) 2>&1 | head --bytes=500000 | model_read_claude
}
readonly model_lib=/usr/local/lib/paperclip-on-fly

# Claude Code's events and its log, a line each, as an answer. It has sentences of its own for what it knows; its log has Anthropic's. An
# agent's program could have printed them, so they are read by the agents' user, too.
model_read_claude() {
  # shellcheck disable=SC2016 # The variables are those of jq.
  setpriv --reuid agent --regid agent --clear-groups -- jq --null-input --raw-input --compact-output '
    [inputs] as $lines
    | [$lines[] | fromjson? | objects] as $events
    | ([$events[] | select(.type == "result")] | last // {}) as $result
    | ([$lines[] | capture("(?<body>[{]\"type\":\"error\".*[}])$")? | .body | fromjson? | .error | objects] | last // {}) as $error
    | [$events[] | select(.type == "rate_limit_event") | .rate_limit_info | select(.status == "rejected") | .resetsAt | numbers] as $resets
    | if $result.is_error == false then {status: 200, kind: "", message: "", until: 0} else {
        status: ($result.api_error_status // 0),
        kind: ($error.type // ""),
        message: ($error.message // $result.result // "Claude Code gave no answer" | gsub("\\s+"; " ") | .[0:400]),
        until: ($resets | last // 0)
      } end'
}
