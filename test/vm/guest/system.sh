#!/bin/sh
# The first process of a guest that runs tests of containers and is powered off. From the kernel's command line:
# RECONCILE_RUNTIME, PACE and what else the tests read; PROJECT is which of them; TESTS and WITHOUT name files of tests, with commas between them.
. /opt/reconcile/test/vm/guest/ready.sh
export STRICT=1 LANE=guest RESIDENT=/run/resident

cd /opt/reconcile || busybox poweroff -f
node test/support/resident.ts "$RESIDENT" /opt/reconcile/dist/modules/src/cli.js </dev/null >/dev/null &
until [ -p "$RESIDENT.reply" ]; do sleep 0.1; done

# A test that says nothing for so long hangs: the console, which is kept, gets to know at what.
while sleep 10; do
  [ $(($(date +%s) - $(stat -c %Y "$RESULTS"))) -gt 140 ] || continue
  ps -eo pid,ppid,stat,wchan:24,args
  echo 8 >/proc/sys/kernel/printk
  echo w >/proc/sysrq-trigger
  busybox sleep 60
done >/dev/console 2>&1 </dev/null &

IFS=,
# shellcheck disable=SC2086
set -- $WITHOUT
for file; do set -- "$@" --exclude "$file"; shift; done
# shellcheck disable=SC2086
node node_modules/vitest/vitest.mjs run --project "$PROJECT" --no-isolate --reporter test/support/lines-reporter.ts "$@" $TESTS
printf '{"end":%d}\n' $? >"$RESULTS"
sync
busybox poweroff -f
