#!/bin/sh
# Prints what the start found out about the machine's kernel, as one JSON document (see lib/kernel.sh), e.g. for
# `flyctl machine exec MACHINE paperclip-kernel`.
exec cat /run/paperclip-kernel.json
