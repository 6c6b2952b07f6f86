/*
 * many K FIRST COUNT LOG STEP ARG... [; STEP ARG...]...
 * Does the steps, in their order, for each number from FIRST to FIRST + COUNT - 1, K numbers at once, by fork and execve
 * alone. `{}` in an argument is the number. Prints {"ms": wall time, "failed": numbers that a step failed for}.
 * LOG takes the stderr of the programs.
 *
 *   run ARG...                  a program, to its end; its status must be 0
 *   try ARG...                  the same, whatever its status
 *   monitor CWD ARG...          conmon: until it has told the pid of what it created
 *   overlay LOWER UPPER WORK AT mounts an overlay, making the three folders
 *   umount AT                   detaches it
 *   kill PIDFILE                SIGKILL to the process named there
 *   gone PIDFILE                until that process has ended
 *   remove DIR                  all that is in it, and itself
 */
#define _GNU_SOURCE
#include "clock.h"
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>


static const char *log_path;

static int run(char **argv, const char *cwd, int pipe_fd, pid_t *pid) {
  *pid = vfork();
  if (*pid < 0) return -1;
  if (*pid == 0) {
    int null = open("/dev/null", O_RDWR), log = open(log_path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    dup2(null, 0);
    dup2(null, 1);
    dup2(log, 2);
    if (pipe_fd >= 0) dup2(pipe_fd, 3);
    if (cwd != NULL && chdir(cwd) != 0) _exit(126);
    execvp(argv[0], argv);
    _exit(127);
  }
  return 0;
}

static int finish(pid_t pid) {
  int status;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int to_end(char **argv) {
  pid_t pid;
  return run(argv, NULL, -1, &pid) == 0 ? finish(pid) : -1;
}

/* conmon keeps its end open for as long as the container runs: one line is read. The process that was started ends soon. */
static int monitor(char **argv) {
  int ends[2], pid_told = 0;
  pid_t pid;
  char text[4096];
  if (pipe2(ends, O_CLOEXEC) != 0 || run(argv + 1, argv[0], ends[1], &pid) != 0) return -1;
  close(ends[1]);
  ssize_t got = read(ends[0], text, sizeof text - 1);
  if (got > 0) {
    text[got] = 0;
    char *at = strstr(text, "\"pid\":");
    pid_told = at == NULL ? 0 : atoi(at + 6);
    if (pid_told <= 0) {
      int log = open(log_path, O_WRONLY | O_APPEND | O_CREAT, 0600);
      if (write(log, text, got) < 0) perror("log");
      close(log);
    }
  }
  close(ends[0]);
  finish(pid);
  return pid_told > 0 ? 0 : -1;
}

static int overlay(char **argv) {
  char options[4096];
  for (int i = 1; i < 4; i++) mkdir(argv[i], 0755);
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", argv[0], argv[1], argv[2]);
  if (mount("overlay", argv[3], "overlay", 0, options) != 0) return -1;
  return mount(NULL, argv[3], NULL, MS_PRIVATE, NULL);
}

static int pid_noted(const char *path) {
  char text[32] = {0};
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  if (read(fd, text, sizeof text - 1) < 0) text[0] = 0;
  close(fd);
  return atoi(text);
}

static int kill_noted(const char *path) {
  int pid = pid_noted(path);
  return pid > 1 ? kill(pid, SIGKILL) : -1;
}

static int gone(const char *path) {
  char file[64], text[512];
  int pid = pid_noted(path);
  if (pid <= 1) return -1;
  snprintf(file, sizeof file, "/proc/%d/stat", pid);
  for (double begin = now_ms(); now_ms() - begin < 5000; usleep(200)) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    text[got < 0 ? 0 : got] = 0;
    char *state = strrchr(text, ')');
    if (state == NULL || state[2] == 'Z') return 0;
  }
  return -1;
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *at) {
  (void)stat, (void)at;
  return type == FTW_DP ? rmdir(path) : unlink(path);
}

static int step(char **argv) {
  const char *kind = argv[0];
  if (strcmp(kind, "run") == 0) return to_end(argv + 1);
  if (strcmp(kind, "try") == 0) return to_end(argv + 1), 0;
  if (strcmp(kind, "monitor") == 0) return monitor(argv + 1);
  if (strcmp(kind, "overlay") == 0) return overlay(argv + 1);
  if (strcmp(kind, "umount") == 0) return umount2(argv[1], MNT_DETACH);
  if (strcmp(kind, "kill") == 0) return kill_noted(argv[1]);
  if (strcmp(kind, "gone") == 0) return gone(argv[1]);
  if (strcmp(kind, "remove") == 0) return nftw(argv[1], remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  return -1;
}

/* The argument with the number in place of each {}. */
static char *fill(const char *text, int number) {
  char *out = malloc(strlen(text) + 64), *end = out;
  for (; *text != 0; text++) {
    if (text[0] == '{' && text[1] == '}') {
      end += sprintf(end, "%d", number);
      text++;
    } else {
      *end++ = *text;
    }
  }
  *end = 0;
  return out;
}

static int do_number(int number, int argc, char **argv) {
  char *filled[256];
  int count = 0;
  for (int i = 0; i <= argc; i++) {
    if (i < argc && strcmp(argv[i], ";") != 0) {
      filled[count++] = fill(argv[i], number);
      continue;
    }
    filled[count] = NULL;
    if (count > 0 && step(filled) != 0) return -1;
    count = 0;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 6 || argc > 250) return 2;
  int workers = atoi(argv[1]), first = atoi(argv[2]), count = atoi(argv[3]);
  log_path = argv[4];
  setenv("_OCI_SYNCPIPE", "3", 1);
  atomic_int *shared = mmap(NULL, 2 * sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  double begin = now_ms();
  for (int i = 0; i < workers; i++) {
    if (fork() != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int at; (at = atomic_fetch_add(&shared[0], 1)) < count;)
      if (do_number(first + at, argc - 5, argv + 5) != 0) atomic_fetch_add(&shared[1], 1);
    _exit(0);
  }
  while (wait(NULL) > 0) {}
  printf("{\"ms\": %.3f, \"failed\": %d}\n", now_ms() - begin, shared[1]);
  return 0;
}
