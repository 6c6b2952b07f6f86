#!/bin/sh
# The first process of a guest that loses its power while containers are made, resized, replaced and removed. --data lies on
# the third disk, which stays; everything else is forgotten.
. /opt/reconcile/test/vm/guest/ready.sh
mkdir -p /var/lib/reconcile
until [ -b /dev/vdc ]; do sleep 0.05; done
mount -t ext4 /dev/vdc /var/lib/reconcile
# What nobody had written out stays in memory until the power goes, but for the journal: names come before their content.
echo 600000 | tee /proc/sys/vm/dirty_expire_centisecs >/proc/sys/vm/dirty_writeback_centisecs
cd /opt/reconcile || busybox poweroff -f
node test/vm/guest/power-cut-checks.ts >/dev/console 2>&1 </dev/null
sync
busybox poweroff -f
