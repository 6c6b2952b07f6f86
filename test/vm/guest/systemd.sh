#!/bin/busybox sh
# The first process of a guest that tests the service: readies the disk, then becomes systemd. The checks run as a
# unit after everything else is up.
mount -t devtmpfs devtmpfs /dev
stty -F /dev/ttyS1 raw -echo
echo up >/dev/ttyS1
cd /etc/systemd/system || exit 1

# What a test of ours does not need, and an emulated processor takes seconds for.
for unit in getty.target systemd-udevd.service systemd-udev-trigger.service systemd-timesyncd.service systemd-logind.service \
  systemd-networkd.service systemd-pstore.service e2scrub_reap.service apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  ln -sf /dev/null "$unit"
done
ln -sf /opt/reconcile/dist/reconcile /usr/local/bin/reconcile
: >/etc/fstab
mkdir -p default.target.wants
ln -sf ../reconcile-test.service default.target.wants/reconcile-test.service
cat >reconcile-test.service <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
Environment=HOME=/root RESULTS=/dev/ttyS1
ExecStartPre=/bin/busybox stty -F /dev/ttyS1 raw -echo
ExecStart=/opt/reconcile/node_modules/.bin/node /opt/reconcile/test/vm/guest/systemd-checks.ts
StandardOutput=tty
TTYPath=/dev/ttyS0
# What the checks began must not keep the machine from going down.
ExecStopPost=/bin/sh -c '[ "$SERVICE_RESULT" = success ] || systemctl poweroff'
UNIT
ln -sf /lib/systemd/system/multi-user.target default.target
exec /sbin/init
