/*
 * latency: another program on the host. From each line on stdin until the next it sleeps one millisecond and then works
 * for as long as a millisecond of an idle CPU takes, again and again; then prints by how many microseconds each turn was
 * late, against the fastest turn of all.
 */
#define _GNU_SOURCE
#include "clock.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { most = 1 << 20 };
static float turn_us[most];
static volatile unsigned long work;

static double turn(void) {
  double begin = now_ms();
  nanosleep(&(struct timespec){0, 1000000}, NULL);
  for (int i = 0; i < 300000; i++) work = work * 31 + 7;
  return (now_ms() - begin) * 1e3;
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  double least = 1e9;
  while (getline(&line, &room, stdin) > 0) {
    struct pollfd in = {.fd = 0, .events = POLLIN};
    int used = 0;
    while (poll(&in, 1, 0) == 0) {
      double took = turn();
      if (took < least) least = took;
      if (used < most) turn_us[used++] = took;
    }
    if (getline(&line, &room, stdin) <= 0) return 0;
    printf("[");
    for (int i = 0; i < used; i++) printf("%s%.0f", i == 0 ? "" : ",", turn_us[i] - least);
    printf("]\n");
    fflush(stdout);
  }
  return 0;
}
