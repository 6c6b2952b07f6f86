/*
 * await BOUND: does what a line on stdin says and prints how many milliseconds passed from just before it until what is
 * awaited is there, or -1 where it is not within BOUND milliseconds. Words are separated by tabs.
 *
 *   save FROM TO LIST            rename(FROM, TO); then every `PATH<tab>VALUE` of the file LIST
 *   write PATH VALUE HELD        writes VALUE to PATH; then PATH holds HELD again
 *   kill PID PROCS COMM          SIGKILL; then the cgroup.procs file PROCS names another process, whose name is COMM
 */
#define _GNU_SOURCE
#include "clock.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static double bound_ms, deadline_ms;

/* The first line of a file, without its end; 0 where it cannot be read. */
static int first_line(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, text, size - 1);
  close(fd);
  if (got < 0) return 0;
  text[got] = 0;
  text[strcspn(text, "\n")] = 0;
  return 1;
}

static int holds(const char *path, const char *value) {
  char text[256];
  return first_line(path, text, sizeof text) && strcmp(text, value) == 0;
}

/* A pause of nothing lets others run without giving up the measure of microseconds. */
static int until_holds(const char *path, const char *value, useconds_t pause_us) {
  while (!holds(path, value)) {
    if (now_ms() > deadline_ms) return 0;
    if (pause_us > 0) usleep(pause_us);
    else sched_yield();
  }
  return 1;
}

static int until_all(const char *list) {
  FILE *file = fopen(list, "r");
  char *line = NULL;
  size_t room = 0, lines = 0;
  int all = file != NULL;
  while (all && getline(&line, &room, file) > 0) {
    line[strcspn(line, "\n")] = 0;
    char *tab = strchr(line, '\t');
    *tab = 0;
    all = until_holds(line, tab + 1, lines++ == 0 ? 20 : 100);
  }
  free(line);
  if (file != NULL) fclose(file);
  return all;
}

static int runs(int killed, const char *procs, const char *comm) {
  char text[64], path[64];
  if (!first_line(procs, text, sizeof text)) return 0;
  int pid = atoi(text);
  if (pid <= 0 || pid == killed) return 0;
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  return holds(path, comm);
}

static int until_runs(int killed, const char *procs, const char *comm) {
  while (!runs(killed, procs, comm)) {
    if (now_ms() > deadline_ms) return 0;
    usleep(200);
  }
  return 1;
}

static int put(const char *path, const char *value) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  int done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
  close(fd);
  return done;
}

static int act(char **word) {
  if (strcmp(word[0], "save") == 0) return rename(word[1], word[2]) == 0 && until_all(word[3]);
  if (strcmp(word[0], "write") == 0) return put(word[1], word[2]) && until_holds(word[1], word[3], 0);
  if (strcmp(word[0], "kill") == 0) return kill(atoi(word[1]), SIGKILL) == 0 && until_runs(atoi(word[1]), word[2], word[3]);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  bound_ms = atof(argv[1]);
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    char *word[5] = {"", "", "", "", ""}, *rest = line;
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < 5 && rest != NULL; i++) word[i] = strsep(&rest, "\t");
    double begin = now_ms();
    deadline_ms = begin + bound_ms;
    int done = act(word);
    printf("%.4f\n", done ? now_ms() - begin : -1.0);
    fflush(stdout);
  }
  return 0;
}
