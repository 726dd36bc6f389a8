# shellcheck shell=sh
# A login shell begins with a PATH of its own. What an agent has installed into its home (../npmrc) is found there, too.
case ":$PATH:" in
  *":$HOME/.local/bin:"*) ;;
  *) PATH=$PATH:$HOME/.local/bin ;;
esac
