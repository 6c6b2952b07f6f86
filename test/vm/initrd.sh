#!/bin/sh
# initrd.sh MODULES OUT: the guest's first file system. It finds the disks, unpacks the project from the second onto the
# first, and goes on with the script that `guest=` names on the kernel's command line.
set -eu
modules=$1
out=$2
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
mkdir -p "$new/bin" "$new/dev" "$new/disk" "$new/modules"
cp "$(command -v busybox)" "$new/bin/busybox"

# In the order in which each needs the one before.
order='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk'
for name in $order; do
  find "$modules" -name "$name.ko" -exec cp {} "$new/modules/" \;
done

cat >"$new/init" <<END
#!/bin/busybox sh
b=/bin/busybox
\$b mount -t devtmpfs devtmpfs /dev
for name in $order; do \$b insmod /modules/\$name.ko; done
until [ -b /dev/vda ] && [ -b /dev/vdb ]; do \$b sleep 0.05; done
\$b mount -t ext4 -o noatime /dev/vda /disk
\$b tar x -f /dev/vdb -C /disk/opt/reconcile
exec \$b switch_root /disk /bin/busybox sh "/opt/reconcile/test/vm/guest/\$guest.sh"
END
chmod 755 "$new/init"
(cd "$new" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$out"
