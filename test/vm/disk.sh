#!/bin/sh
# Prints the folder with the guest's disk.ext4, vmlinuz and initrd.gz, and builds them first where what goes in has
# changed: Debian's packages, its cloud kernel, the npm packages. The project's own files come to the guest at each boot.
set -eu
cd "$(dirname "$0")/../.."

suite=bookworm
packages=crun,runc,conmon,busybox-static,git,golang-github-containers-common,iproute2,kmod,mount,procps,strace,util-linux
packages=$packages,systemd,systemd-sysv,dbus
cache=$PWD/.cache/vm
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

key=$(cat test/vm/disk.sh test/vm/initrd.sh package-lock.json | sha256sum | cut -c 1-16)
disk=$cache/disk-$key
if [ -d "$disk" ]; then
  echo "$disk"
  exit 0
fi

say() { printf 'vm: %s\n' "$*" >&2; }
say 'building the disk of the guest, once: about a minute'
rm -rf "$cache"/disk-*
new=$(mktemp -d "$cache/disk-new-XXXXXX")
trap 'rm -rf "$new"' EXIT
root=$new/root

# shellcheck disable=SC2016
fetch_kernel='cd /root
  name=$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/^ *Depends: \(linux-image-[0-9].*\)/\1/p")
  apt-get -q download "$name" && dpkg -x ./linux-image-*.deb kernel && rm ./linux-image-*.deb'
mmdebstrap --quiet --variant=apt --include="$packages" \
  --customize-hook="chroot \"\$1\" sh -ec '$fetch_kernel'" "$suite" "$root" 9>&- >"$cache/disk.log" 2>&1 ||
  { tail -n 20 "$cache/disk.log" >&2; say "Debian's packages could not be unpacked: $cache/disk.log"; exit 1; }

mv "$root"/root/kernel/boot/vmlinuz-* "$new/vmlinuz"
mv "$root"/root/kernel/lib/modules "$root/lib/modules"
rm -r "$root/root/kernel"
version=$(ls "$root/lib/modules")
chroot "$root" depmod "$version"
sh test/vm/initrd.sh "$root/lib/modules/$version" "$new/initrd.gz"

mkdir -p "$root/opt/reconcile"
cp -a node_modules "$root/opt/reconcile/"
# Sparse: it takes what it holds, about 700 MB.
mke2fs -q -t ext4 -d "$root" "$new/disk.ext4" 1400M >&2
rm -r "$root"
chmod 755 "$new"
mv "$new" "$disk"
trap - EXIT
echo "$disk"
