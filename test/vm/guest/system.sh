#!/bin/sh
# The first process of a guest that runs the system tests and is powered off. From the kernel's command line:
# RECONCILE_RUNTIME, PACE and what else the tests read.
export HOME=/root PATH=/opt/reconcile/node_modules/.bin:/usr/sbin:/usr/bin:/sbin:/bin
export STRICT=1 RESULTS=/dev/ttyS1 RESIDENT=/run/resident PROGRAM=/opt/reconcile/dist/reconcile.js
export NODE_COMPILE_CACHE=/run/compile-cache

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
modprobe -a overlay veth
ip link set lo up
busybox stty -F "$RESULTS" raw -echo
echo up >"$RESULTS"

cd /opt/reconcile || busybox poweroff -f
# To keep two emulated processors in step costs more than the second one gives. What a cpuset holds may have both.
taskset -p 1 $$ >/dev/null
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

# shellcheck disable=SC2086
node node_modules/vitest/vitest.mjs run --project system --no-isolate --reporter test/support/lines-reporter.ts $TESTS
printf '{"end":%d}\n' $? >"$RESULTS"
sync
busybox poweroff -f
