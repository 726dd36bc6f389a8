# shellcheck shell=bash
# How Node.js runs the server. The image's build makes the code cache with the same: V8 takes none that was made with others.
#
#   semi-space         young objects get 16 MB from the beginning: with V8's 1 to 16 MB, or with 8, collecting them costs a start and a page a
#                      tenth more
#   initial-heap-size  what a start makes is not looked through before it is all there: a tenth of a start's work. Megabytes
#   flush-bytecode     what was compiled once stays, even when nobody has used it for a while; otherwise each first visit of a day pays again
#   regexp             a pattern that backtracks more than 200 times from one place of a text is matched by V8's linear engine: otherwise one
#                      text can stop all answers for minutes (see build/linear.mjs)
#   openssl-ca         the authorities that the system trusts, as all other programs here: `apt-get upgrade` renews them, and an operator can
#                      add one
readonly node_flags=(--use-openssl-ca --disable-warning=ExperimentalWarning --min-semi-space-size=16 --max-semi-space-size=16 --initial-heap-size=160
  --no-flush-bytecode --enable-experimental-regexp-engine-on-excessive-backtracks --regexp-backtracks-before-fallback=200)
