#!/usr/bin/perl
# What a process can do where this runs: one fact a line, NAME=VALUE, then `end=`. It takes perl alone, no module of it,
# so that a container needs that one program. An attempt is `allowed`, or `refused` with the kernel's reason.
#
#   confinement-probe.pl stay|once|listen hostmnt=NAMESPACE [BAIT=VALUE …]
#
# stay: waits for ever once all is said; listen: says nothing, listens as the neighbour that others look for.
# Baits are what others hold: file, hostpid, otherpid, hostport, otherport, hostname, othername (abstract sockets),
# shmkey, shmname, key (in the keyring of root), disk (MAJOR:MINOR).

my ($mode, @words) = @ARGV;
my %bait = map { split /=/, $_, 2 } @words;

# It mounts, unmounts and makes devices: outside a container that would be the host's own.
text('/proc/2/comm') ne "kthreadd\n" or die "refused: this is no container, it shows the threads of the kernel\n";
$bait{hostmnt} && $bait{hostmnt} ne readlink '/proc/self/ns/mnt' or die "refused: this is no container, its mounts are those of the host\n";
$mode =~ /^(?:stay|once|listen)$/ or die "refused: $mode is none of stay, once, listen\n";

my $machine = (split ' ', text('/proc/sys/kernel/arch') || 'x86_64')[0];
$machine eq 'x86_64' or die "no numbers of system calls for $machine\n";
$| = 1;
neighbour() if $mode eq 'listen';

my ($WRONLY, $RDWR, $NONBLOCK, $DIRECTORY) = (1, 2, 04000, 0200000);
my ($EFAULT, $EINVAL, $ENOENT, $ENODEV) = (14, 22, 2, 19);

sub fact { print "$_[0]=$_[1]\n" }

sub text {
  open my $file, '<', $_[0] or return '';
  local $/;
  my $text = <$file>;
  return defined $text ? $text : '';
}

# The outcome of a call that gave -1 or undef for a failure; @past are errors that only come once it was allowed.
sub outcome {
  my ($result, @past) = @_;
  my $errno = $! + 0;
  return 'allowed' if defined $result && $result ne '-1' && $result ne '';
  return (grep { $_ == $errno } @past) ? 'allowed' : "refused $!";
}

# Tries something where it changes nothing for what comes after.
sub apart {
  my ($attempt) = @_;
  pipe my $reader, my $writer or return "refused pipe $!";
  my $child = fork;
  return "refused fork $!" unless defined $child;
  if (!$child) {
    syswrite $writer, $attempt->();
    sys(231, 0);
  }
  close $writer;
  my $said = '';
  sysread $reader, $said, 4096;
  waitpid $child, 0;
  return $said eq '' ? "unknown, ended by $?" : $said;
}

sub attempt { my ($name, $call) = @_; fact("can.$name", apart($call)) }

# A system call; what is listed after the arguments comes once it was allowed.
sub call {
  my ($name, $number, $arguments, @past) = @_;
  attempt($name, sub { outcome(sys($number, @$arguments), @past) });
}

# syscall() takes no constants for text.
sub sys { my ($number, @arguments) = @_; return syscall $number, @arguments }

sub opened { my ($path, $flags) = @_; my $fd = sys(2, "$path", $flags); my $said = outcome($fd); sys(3, $fd) if $fd >= 0; return $said }

sub names { my ($folder) = @_; opendir my $dir, $folder or return; return grep { $_ ne '.' && $_ ne '..' } readdir $dir }

identity();
surroundings();
mounts();
kernel_files();
devices();
cgroups();
others();
calls();
fact('end', '');
sleep 100 while $mode eq 'stay';

sub identity {
  my %status = map { /^(\w+):\s*(.*)$/ ? ($1, $2) : () } split /\n/, text('/proc/self/status');
  fact("caps.$_", $status{"Cap$_"}) for qw(Inh Prm Eff Bnd Amb);
  fact('no_new_privs', $status{NoNewPrivs});
  fact('seccomp.mode', $status{Seccomp});
  fact('seccomp.filters', $status{Seccomp_filters});
  fact("user.$_", $status{$_}) for qw(Uid Gid Groups);
  fact('signals.blocked', $status{SigBlk});
  fact('map.uid', join ' ', split ' ', text('/proc/self/uid_map'));
  fact('map.gid', join ' ', split ' ', text('/proc/self/gid_map'));
  fact('oom_score_adj', text('/proc/self/oom_score_adj') + 0);
  fact('umask', sprintf '%03o', umask);
  fact("namespace.$_", readlink "/proc/self/ns/$_") for grep { !/_for_children/ } sort(names('/proc/self/ns'));
  for (grep { /^Max/ } split /\n/, text('/proc/self/limits')) {
    my ($limit, $soft, $hard) = /^Max (.*?)\s{2,}(\S+)\s+(\S+)/;
    $limit =~ tr/ /-/;
    fact("rlimit.$limit", "$soft $hard");
  }
}

sub surroundings {
  fact('descriptors', descriptors('self'));
  fact('descriptors.init', descriptors(1));
  fact('environment', join ' ', sort keys %ENV);
  fact('can.terminal', opened('/dev/tty', $RDWR));
  fact('processes', scalar(grep { /^\d+$/ } names('/proc')));
}

# Less the folder that is listed, which is closed again, and this text.
sub descriptors {
  my ($pid) = @_;
  my $folder = "/proc/$pid/fd";
  return join ' ', sort { $a <=> $b } grep { my $to = readlink("$folder/$_"); defined $to && $to ne $0 } names($folder);
}

sub mounts {
  for (split /\n/, text('/proc/self/mountinfo')) {
    my ($before, $after) = split / - /;
    my ($point, $options) = (split ' ', $before)[4, 5];
    my %has = map { ($_ => 1) } split /,/, $options;
    fact("mount.$point", join ' ', (split ' ', $after)[0], grep { $has{$_} } qw(ro nosuid nodev noexec));
    fact("propagation.$point", join ' ', $before =~ /\b((?:shared|master):)/g);
  }
}

# Of /proc outside processes, and of /sys: what can be written, and what of /proc tells something, numbers in its name
# aside. What changes from moment to moment, or must not be read, is left out; so are loop devices below /proc/fs, which
# come and go with what others on the host mount. Whether each folder there can be listed is told nevertheless.
sub kernel_files {
  my (@writable, @sys, %telling);
  walk('/proc', sub {
    my ($path) = @_;
    return if $path =~ m{^/proc/fs/[^/]+/loop};
    push @writable, $path if writable($path);
    (my $kind = $path) =~ s/\d+/N/g;
    $telling{$kind} = 1 if $path !~ m{^/proc/(?:sys|kmsg|kpage|pagetypeinfo|locks)} && tells($path);
  });
  # Nothing can be opened for writing where the mount itself is read-only.
  for (grep { m{ /sys[/ ]} } split /\n/, text('/proc/self/mountinfo')) {
    my ($point, $options) = (split ' ')[4, 5];
    walk($point, sub { push @sys, $_[0] if writable($_[0]) }) unless $options =~ /^ro\b/;
  }
  fact("can.write.$_", 'allowed') for sort @writable, @sys;
  opendir(my $dir, "/proc/fs/$_") and $telling{"/proc/fs/$_/"} = 1 for names('/proc/fs');
  fact("can.learn.$_", 'allowed') for sort keys %telling;
  fact('can.kernel-log.file', opened('/proc/kmsg', $NONBLOCK));
  fact('can.new-file.proc-sys', opened('/proc/sys/kernel/probe', 0101));
  fact('can.new-file.sys', opened('/sys/kernel/probe', 0101));
}

# What has no write bit can be opened by root all the same, and takes nothing; a device here is /dev/null, which hides a file.
sub writable { my ($path) = @_; return (lstat $path)[2] & 0222 && -f _ && opened($path, $WRONLY | $NONBLOCK) eq 'allowed' }

sub tells {
  my ($path) = @_;
  my ($fd, $bytes) = (sys(2, "$path", $NONBLOCK), ' ' x 16);
  return 0 if $fd < 0;
  my $count = syscall 0, $fd, $bytes, 16;
  sys(3, $fd);
  return $count > 0;
}

sub walk {
  my ($folder, $look) = @_;
  for my $name (names($folder)) {
    my $path = "$folder/$name";
    next if $folder eq '/proc' && $name =~ /^(?:\d+|self|thread-self)$/;
    lstat $path or next;
    next if -l _;
    if (-d _) { walk($path, $look) } else { $look->($path) }
  }
}

sub devices {
  for my $name (sort(names('/dev'))) {
    lstat "/dev/$name";
    next unless -c _ || -b _;
    fact("can.device.$name", opened("/dev/$name", $RDWR | $NONBLOCK));
  }
  my %numbers = (null => [0020000, 1, 3], mem => [0020000, 1, 1], kmsg => [0020000, 1, 11], tun => [0020000, 10, 200], fuse => [0020000, 10, 229], kvm => [0020000, 10, 232]);
  my ($major, $minor) = split /:/, $bait{disk} || '254:0';
  $numbers{disk} = [0060000, $major, $minor];
  for my $name (sort keys %numbers) {
    my ($type, @number) = @{ $numbers{$name} };
    my $path = "/tmp/probe-$name";
    attempt("mknod.$name", sub { outcome(sys(133, "$path", $type | 0600, $number[0] << 8 | $number[1])) });
    attempt("mknod-open.$name", sub { opened($path, 0) });
    unlink $path;
  }
}

sub cgroups {
  my @paths = map { (split /:/, $_, 3)[2] } split /\n/, text('/proc/self/cgroup');
  fact('cgroup.paths', (grep { $_ ne '/' } @paths) ? 'below others' : 'root of its own');
  my $release = 0;
  walk('/sys/fs/cgroup', sub { $release++ if $_[0] =~ /release_agent$/ });
  fact('cgroup.release_agents', $release);
  for (grep { -d "/sys/fs/cgroup/$_" && !-l "/sys/fs/cgroup/$_" } names('/sys/fs/cgroup')) {
    fact("can.cgroup.new.$_", outcome(mkdir("/sys/fs/cgroup/$_/probe") || undef));
    rmdir "/sys/fs/cgroup/$_/probe";
  }
  my @limits;
  walk('/sys/fs/cgroup', sub { push @limits, $_[0] if $_[0] =~ m{/pids\.max$} });
  my ($nearest) = sort { length $a <=> length $b } @limits;
  fact('limit.pids', defined $nearest ? join '', split ' ', text($nearest) : 'not seen');
}

# What the host and another container hold.
sub others {
  for my $whose ('host', 'other') {
    my $pid = $bait{"${whose}pid"} || next;
    attempt("signal.$whose", sub { outcome(kill(0, $pid) || undef) });
    attempt("ptrace.$whose", sub { outcome(sys(101, 16, $pid + 0, 0, 0)) });
    attempt("memory.$whose", sub { opened("/proc/$pid/mem", 0) });
    attempt("pidfd.$whose", sub { outcome(sys(434, $pid + 0, 0)) });
    attempt("read-memory.$whose", sub { my $local = ' ' x 8; my $vector = pack 'P q', $local, 8; outcome(sys(310, $pid + 0, $vector, 1, pack('q q', 4096, 8), 1, 0), $EFAULT) });
    attempt("abstract-socket.$whose", sub { reach_abstract($bait{"${whose}name"}) });
    attempt("port.$whose", sub { reach_port($bait{"${whose}port"}) });
  }
  attempt('signal.all', sub { outcome(kill(0, -1) || undef) });
  attempt('shared-memory.host', sub { outcome(shmget $bait{shmkey}, 1, 0) });
  attempt('posix-memory.host', sub { opened("/dev/shm/$bait{shmname}", 0) });
  attempt('key.host', sub { outcome(sys(250, 10, -4, 'user', "$bait{key}", 0)) });
  for my $way ("$bait{file}", "/proc/1/root$bait{file}", "/proc/1/cwd/../../../../../..$bait{file}", "/proc/self/fd/0/../../../..$bait{file}") {
    attempt('file.' . ($way eq $bait{file} ? 'plain' : (split m{/}, $way)[3]), sub { opened($way, 0) });
  }
  attempt('file.chroot-escape', sub {
    mkdir '/tmp/probe-root';
    my $top = sys(2, '/', $DIRECTORY);
    outcome(sys(161, '/tmp/probe-root')) eq 'allowed' or return "refused chroot $!";
    sys(81, $top);
    sys(80, '..') for 1 .. 64;
    sys(161, '.');
    opened($bait{file}, 0);
  });
  attempt('file.by-handle', sub {
    my ($handle, $mount) = (pack('L l', 128, 0) . "\0" x 128, "\0" x 8);
    sys(303, -100, '/', $handle, $mount, 0);
    my $top = sys(2, '/', $DIRECTORY);
    outcome(sys(304, $top, $handle, 0), 116);
  });
}

sub reach_abstract {
  my ($name) = @_;
  socket my $socket, 1, 1, 0 or return "refused socket $!";
  outcome(connect($socket, pack 'S a*', 1, "\0$name") || undef);
}

sub reach_port {
  my ($port) = @_;
  socket my $socket, 2, 1, 6 or return "refused socket $!";
  outcome(connect($socket, pack 'S n C4 x8', 2, $port, 127, 0, 0, 1) || undef);
}

sub calls {
  filesystems();
  namespaces();
  for my $family (0 .. 45) {
    for my $type ([stream => 1], [datagram => 2], [raw => 3]) {
      my $said = apart(sub { outcome(sys(41, $family, $type->[1], 0)) });
      $said = apart(sub { outcome(sys(41, $family, $type->[1], 1)) }) if $said ne 'allowed' && $type->[1] == 3;
      fact("can.socket.$family.$type->[0]", $said) if $said eq 'allowed';
    }
  }
  call('socket.audit', 41, [16, 3, 9]);
  # AF_VSOCK with a bit that the kernel passes over, and by the number of x32.
  call('socket.vsock.disguised', 41, [(1 << 32) | 40, 1, 0]);
  call('socket.vsock.x32', 0x40000000 | 41, [40, 1, 0]);
  attempt('setuid-program', \&setuid_program);
  unlink '/tmp/probe-setuid';
  call('keyring.session', 250, [0, -3, 0]);
  call('keyring.new-key', 248, ['user', 'probe', 'x', 1, -2]);
  call('keyring.user', 250, [0, -4, 1]);
  call('bpf', 321, [0, pack('L5', 2, 4, 4, 1, 0) . "\0" x 100, 120]);
  call('perf', 298, [pack('L L', 1, 112) . "\0" x 104, 0, -1, -1, 0]);
  call('userfaultfd', 323, [0]);
  call('io_uring', 425, [1, "\0" x 120], $EFAULT);
  call('kexec', 246, [0, 0, 0, 0x80000000], $EINVAL);
  call('kexec.file', 320, [-1, -1, 0, '', 0x80000000], $EINVAL);
  call('module.load', 175, [0, 0, ''], $EFAULT, 8);
  call('module.load.file', 313, [-1, '', 0], 9);
  call('module.unload', 176, ['probe', $NONBLOCK], $ENOENT);
  call('reboot', 169, [0, 0, 0, 0], $EINVAL);
  call('swap.on', 167, ['/probe', 0], $ENOENT);
  call('swap.off', 168, ['/probe'], $ENOENT);
  call('accounting', 163, ['/probe'], $ENOENT);
  call('clock.set', 164, [0, pack('l l', 100_000, 0)], $EINVAL);
  call('clock.adjust', 159, [pack('L x4 x80', 0x4000) . "\0" x 160], $EINVAL);
  my ($hostname) = text('/proc/sys/kernel/hostname') =~ /^(\S+)/;
  call('hostname.set', 170, [$hostname, length $hostname]);
  call('kernel-log', 103, [3, ' ' x 64, 64]);
  call('personality.no-random', 135, [0x0040000]);
  call('terminal.hangup', 153, []);
  call('io-ports', 172, [3]);
  call('fanotify', 300, [0, 0]);
  call('quota', 179, [0x800001 << 8, 0, 0, 0], $EFAULT, $ENOENT, $ENODEV, $EINVAL);
  call('nice', 141, [0, 0, -20]);
  call('scheduler.realtime', 144, [0, 1, pack 'l', 1]);
  attempt('oom.protect', sub { open my $file, '>', '/proc/self/oom_score_adj' or return "refused open $!"; syswrite($file, '-500') ? 'allowed' : "refused $!" });
  attempt('rlimit.raise', sub { outcome(sys(302, 0, 7, pack('Q Q', 2 ** 30, 2 ** 30), 0)) });
  attempt('lock.memory', sub { outcome(sys(151, 1)) });
  attempt('ptrace.child', sub {
    my $child = fork;
    if (!$child) { sleep 5; syscall 231, 0 }
    my $said = outcome(sys(101, 16, $child, 0, 0));
    kill 9, $child;
    $said;
  });
  # The same call by the number of another architecture, x32.
  call('mount.x32', 0x40000000 | 165, ['probe', '/tmp', 'tmpfs', 0, 0]);
}

sub filesystems {
  mkdir '/tmp/probe-mount';
  my $at = '/tmp/probe-mount';
  call('mount.tmpfs', 165, ['probe', $at, 'tmpfs', 0, 0]);
  call('mount.proc', 165, ['probe', $at, 'proc', 0, 0]);
  call('mount.sysfs', 165, ['probe', $at, 'sysfs', 0, 0]);
  call('mount.cgroup', 165, ['probe', $at, 'cgroup', 0, 'memory']);
  call('mount.cgroup2', 165, ['probe', $at, 'cgroup2', 0, 0]);
  call('mount.bind', 165, ['/', $at, 0, 4096, 0]);
  call('mount.remount', 165, ['', '/proc/sys', 0, 4096 | 32, 0]);
  call('mount.propagate', 165, ['', '/', 0, 1 << 20, 0]);
  call('mount.move', 165, ['/proc', $at, 0, 8192, 0]);
  call('mount.tree', 428, [-100, '/', 1]);
  call('mount.fsopen', 430, ['tmpfs', 0]);
  call('mount.setattr', 442, [-100, '/proc/sys', 0, pack('Q4', 0, 1, 0, 0), 32]);
  call('umount.mask', 166, ['/proc/kcore', 2]);
  call('umount.readonly', 166, ['/proc/sys', 2]);
  call('umount.sys', 166, ['/sys', 2]);
  call('pivot', 155, ['.', '.'], $EINVAL, 16);
  call('chroot', 161, ['/tmp']);
  rmdir $at;
}

sub namespaces {
  my %flags = (user => 0x10000000, mount => 0x20000, network => 0x40000000, pid => 0x20000000, uts => 0x04000000, ipc => 0x08000000, cgroup => 0x02000000, time => 0x80);
  for my $type (sort keys %flags) {
    call("unshare.$type", 272, [$flags{$type}]);
    next if $type eq 'time';
    attempt("clone.$type", sub { made_by(sys(56, $flags{$type} | 17, 0, 0, 0, 0)) });
    attempt("clone3.$type", sub { made_by(sys(435, pack('Q11', $flags{$type}, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)) });
  }
  # All rights in namespaces of its own: what the kernel lets its owner mount there.
  attempt('user-namespace.mount', sub { outcome(sys(272, 0x10020000)) eq 'allowed' or return "refused unshare $!"; outcome(sys(165, 'probe', '/tmp', 'tmpfs', 0, 0)) });
  for my $type (qw(mnt net pid ipc uts cgroup)) {
    attempt("setns.$type", sub { my $fd = sys(2, "/proc/self/ns/$type", 0); outcome(sys(308, $fd, 0)) });
  }
}

# Of a call that gives twice: the child ends at once.
sub made_by {
  my ($result) = @_;
  my $errno = $!;
  sys(231, 0) if $result == 0;
  $! = $errno;
  return outcome($result);
}

# Whether a program that is another user's, with the set-user-ID bit, runs with that user's rights.
sub setuid_program {
  my $program = '/tmp/probe-setuid';
  open my $from, '<', '/usr/bin/perl' or return "refused read $!";
  open my $to, '>', $program or return "refused write $!";
  my $block;
  syswrite $to, $block while sysread $from, $block, 65536;
  close $to;
  chmod 04755, $program or return "refused chmod $!";
  $( = $) = 1234;
  $< = $> = 1234;
  $> == 1234 or return 'refused setuid';
  open my $run, '-|', $program, '-e', 'print $>' or return "refused start $!";
  my $said = <$run>;
  return $said eq '0' ? 'allowed' : "refused, runs as $said";
}

# Listens where another container could look for it, and waits.
sub neighbour {
  socket my $abstract, 1, 1, 0 or die "socket: $!";
  bind $abstract, pack 'S a*', 1, "\0$bait{othername}" or die "bind: $!";
  listen $abstract, 5;
  socket my $port, 2, 1, 6 or die "socket: $!";
  bind $port, pack 'S n C4 x8', 2, $bait{otherport}, 127, 0, 0, 1 or die "bind: $!";
  listen $port, 5;
  print "end=\n";
  sleep 100 while 1;
}
