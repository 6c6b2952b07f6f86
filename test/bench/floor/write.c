/*
 * write LIST...: for each line on stdin, the number of a LIST, writes every `PATH<tab>VALUE` of it and prints how many
 * milliseconds that took and how many writes the kernel refused.
 */
#define _GNU_SOURCE
#include "clock.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
  char *path, *value;
};

struct list {
  struct entry *entries;
  size_t used;
};

static struct list load(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) exit(1);
  struct list list = {NULL, 0};
  char *line = NULL;
  size_t room = 0, size = 0;
  while (getline(&line, &room, file) > 0) {
    line[strcspn(line, "\n")] = 0;
    char *tab = strchr(line, '\t');
    if (tab == NULL) exit(1);
    *tab = 0;
    if (list.used == size) list.entries = realloc(list.entries, (size = 2 * size + 64) * sizeof *list.entries);
    list.entries[list.used++] = (struct entry){strdup(line), strdup(tab + 1)};
  }
  fclose(file);
  return list;
}

int main(int argc, char **argv) {
  struct list lists[8];
  if (argc < 2 || argc > 9) return 2;
  for (int i = 1; i < argc; i++) lists[i - 1] = load(argv[i]);
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    int number = atoi(line), refused = 0;
    if (number < 0 || number > argc - 2) return 2;
    double begin = now_ms();
    for (size_t i = 0; i < lists[number].used; i++) {
      const struct entry *entry = &lists[number].entries[i];
      int fd = open(entry->path, O_WRONLY | O_CLOEXEC);
      size_t length = strlen(entry->value);
      if (fd < 0 || write(fd, entry->value, length) != (ssize_t)length) refused++;
      if (fd >= 0) close(fd);
    }
    printf("%.4f %d\n", now_ms() - begin, refused);
    fflush(stdout);
  }
  return 0;
}
