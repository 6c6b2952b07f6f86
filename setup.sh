#!/bin/sh
# Brings what reconcile needs onto this machine: npm packages and, on Debian and as root, programs.
# With the argument `npm`: the npm packages alone, which a build needs. With `test`: what the tests need as well.
# Safe to run at any time and from several shells at once; does nothing where all is there.
set -eu
cd "$(dirname "$0")"
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

purpose=${1-}

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Holds a lock on an existing file while the function $2 runs, where flock is there.
locked() {
  if command -v flock >/dev/null 2>&1; then
    { flock 9; "$2"; } 9<"$1"
  else
    "$2"
  fi
}

# npm ci writes node_modules/.package-lock.json last; without .bin/node the install scripts did not run.
npm_packages_are_there() {
  [ -x node_modules/.bin/node ] &&
    [ -f node_modules/.package-lock.json ] &&
    [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ]
}

install_npm_packages() {
  npm_packages_are_there && return 0
  # npm would empty the folder that the link leads to, which another tree may be using.
  [ ! -L node_modules ] || fail 'node_modules is a link: run this where it leads'
  say 'installing npm packages'
  # --loglevel=error: the npm of an older node warns about engines, and node 24 comes with this very install.
  # RECONCILE_SETUP: the script `prepare` of package.json need not build now.
  RECONCILE_SETUP=1 npm ci --no-global --include=dev --no-audit --no-fund --loglevel=error 9<&- >/dev/null ||
    fail 'npm ci failed (above). Is the npm registry within reach? Run npm install by hand to see more.'
  [ -x node_modules/.bin/node ] ||
    fail 'the npm package "node" is not complete: npm was told to run no install scripts. Run: npm rebuild node'
}

# One line for each Debian package: its name, then the program or file that shows that it is there.
debian_packages() {
  cat <<'END'
crun crun
runc runc
conmon conmon
busybox-static busybox
golang-github-containers-common /usr/share/containers/seccomp.json
util-linux unshare
mount mount
iproute2 ip
END
  [ "$purpose" != test ] || cat <<'END'
strace strace
procps ps
mmdebstrap mmdebstrap
e2fsprogs mke2fs
btrfs-progs mkfs.btrfs
qemu-system-x86 qemu-system-x86_64
qemu-utils qemu-img
git git
zsh zsh
fish fish
groff-base groff
podman podman
perl-base perl
END
}

missing_debian_packages() {
  debian_packages | while read -r package proof; do
    case $proof in
      /*) [ -e "$proof" ] || printf '%s ' "$package" ;;
      *) command -v "$proof" >/dev/null 2>&1 || printf '%s ' "$package" ;;
    esac
  done
}

install_debian_packages() {
  missing=$(missing_debian_packages)
  [ -n "$missing" ] || return 0
  say "installing Debian packages: $missing"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # A word for each package: names hold no blanks.
  # shellcheck disable=SC2086
  if ! { apt-get -q update && apt-get -q install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 $missing; } \
    </dev/null >"$log" 2>&1 9<&-; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install: $missing"
  fi
  rm -f "$log"
}

npm_packages_are_there || locked package-lock.json install_npm_packages
[ "$purpose" != npm ] || exit 0

missing=$(missing_debian_packages)
if [ -z "$missing" ]; then
  exit 0
elif ! command -v apt-get >/dev/null 2>&1; then
  say "not a Debian system. Install what gives these Debian packages' programs: $missing"
elif [ "$(id -u)" != 0 ]; then
  say "missing Debian packages: $missing"
  say "as root: apt-get install --no-install-recommends $missing"
else
  # One lock for the whole machine: apt-get update does not wait for another one.
  locked /etc/debian_version install_debian_packages
fi
