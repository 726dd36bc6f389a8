# shellcheck shell=bash
# shellcheck disable=SC2034 # other scripts use them
# The machine's variables, by what the start does with them. They come from components/settings/variables.ts.
# Made by `npm run docs`:
# The app's secrets, which nothing inherits that the start starts.
readonly secret_variables=(
  BETTER_AUTH_SECRET
  PAPERCLIP_AGENT_JWT_SECRET
  ANTHROPIC_API_KEY
  CLAUDE_CODE_OAUTH_TOKEN
  TAILSCALE_AUTH_KEY
)
# What the server gets as fly.toml has it.
readonly server_variables=(
  NODE_ENV
  PORT
  HOST
  SERVE_UI
  PAPERCLIP_HOME
  PAPERCLIP_INSTANCE_ID
  PAPERCLIP_CONFIG
  PAPERCLIP_DEPLOYMENT_MODE
  PAPERCLIP_DEPLOYMENT_EXPOSURE
  PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN
)
# What the server gets through a pipe.
readonly server_secrets=(
  BETTER_AUTH_SECRET
  PAPERCLIP_AGENT_JWT_SECRET
  ANTHROPIC_API_KEY
  CLAUDE_CODE_OAUTH_TOKEN
)
# What agents inherit from the server, besides the stack's extra secrets.
readonly agents_variables=(
  ANTHROPIC_API_KEY
  CLAUDE_CODE_OAUTH_TOKEN
  PATH
  LANG
  HOME
  TMPDIR
  PAPERCLIP_API_URL
  DO_NOT_TRACK
)
# With which agents ask their model: the first that is set.
readonly credential_variables=(
  ANTHROPIC_API_KEY
  CLAUDE_CODE_OAUTH_TOKEN
)
# What paperclip-model hands on, of all that the machine has.
readonly doctor_variables=(
  PATH
  LANG
  ANTHROPIC_BASE_URL
  HTTPS_PROXY
  NO_PROXY
)
# End of what is made.
