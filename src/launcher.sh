#!/bin/sh
# What npm puts on PATH, as a link: the built program, under the node that came with this package where there is one.
# To fork takes as long as a good part of node's own start: a program is asked for links that npm does not make alone.
self=$0
case $self in */*) ;; *) self=./$self ;; esac
bin=${self%/*}
for here in "$bin" "${bin%/*}/lib/node_modules/reconcile/dist" "${bin%/*}/reconcile/dist"; do
  [ ! -L "$here/reconcile" ] && [ "$here/reconcile" -ef "$self" ] && break
  here=
done 2>/dev/null
if [ -z "$here" ]; then
  self=$(readlink -f -- "$self")
  here=${self%/*}
fi
node=$here/../node_modules/.bin/node
[ -x "$node" ] || node=node
# A command ends before much of what it made is garbage; a watch stays, and keeps this space small. It has
# glibc map what V8 compiles in, and give it back (mallopt(3), M_MMAP_THRESHOLD), where one small piece in use would keep it.
space=--min-semi-space-size=16
for word; do case $word in watch | --watch) space= MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-16384}; export MALLOC_MMAP_THRESHOLD_ ;; esac; done
exec "$node" $space "$here/start.cjs" "$@"
