/*
 * observe LIST: for each line on stdin does every call in LIST once and prints how many milliseconds that took.
 * A line of LIST is `OP COUNT PATH`: r opens, reads COUNT times and closes; p reads COUNT times from a file that is kept
 * open; l readlink; s stat; a access; d the entries of a folder.
 */
#define _GNU_SOURCE
#include "clock.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct call {
  char op;
  int count, kept;
  char *path;
};

static char buffer[65536];

static void act(const struct call *call) {
  struct stat found;
  if (call->op == 'r') {
    int fd = open(call->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    for (int i = 0; i < call->count; i++)
      if (read(fd, buffer, sizeof buffer) < 0) break;
    close(fd);
  } else if (call->op == 'p') {
    for (int i = 0; i < call->count; i++)
      if (pread(call->kept, buffer, sizeof buffer, 0) < 0) break;
  } else if (call->op == 'd') {
    DIR *dir = opendir(call->path);
    if (dir == NULL) return;
    while (readdir(dir) != NULL) {}
    closedir(dir);
  } else if (call->op == 'l') {
    if (readlink(call->path, buffer, sizeof buffer) < 0) return;
  } else if (call->op == 's') {
    stat(call->path, &found);
  } else if (access(call->path, F_OK) != 0) {
    return;
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  FILE *list = fopen(argv[1], "r");
  if (list == NULL) return 1;
  size_t size = 1024, used = 0, room = 0;
  struct call *calls = malloc(size * sizeof *calls);
  char *line = NULL;
  while (getline(&line, &room, list) > 0) {
    char op, path[4096];
    int count;
    if (sscanf(line, "%c %d %4095s", &op, &count, path) != 3) return 1;
    if (used == size) calls = realloc(calls, (size *= 2) * sizeof *calls);
    calls[used++] = (struct call){op, count, op == 'p' ? open(path, O_RDONLY | O_CLOEXEC) : -1, strdup(path)};
  }
  while (getline(&line, &room, stdin) > 0) {
    double begin = now_ms();
    for (size_t i = 0; i < used; i++) act(&calls[i]);
    printf("%.4f\n", now_ms() - begin);
    fflush(stdout);
  }
  return 0;
}
