#!/bin/sh
# What npm puts on PATH: the built program, under the node that came with this package where there is one.
here=$(dirname "$(readlink -f "$0")")
node=$here/../node_modules/.bin/node
program=$here/reconcile.js
[ -x "$node" ] || node=node
exec "$node" "$program" "$@"
