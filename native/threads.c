/* Threads of the process: each serves a client of its own over two FIFOs, on stacks of its own, with the same objects. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ops.h"

#define MOST_THREADS 15

typedef struct {
  pthread_t id;
  Connection connection;
  uint64_t stackSize;
} Thread;

static Thread threads[MOST_THREADS];
static uint32_t started; /* since the last join */
static _Atomic uint32_t running;
static _Thread_local uint32_t number;

bool threadIsMain(void) { return number == 0; }

uint32_t threadNumber(void) { return number; }

uint32_t threadCount(void) { return 1 + running; }

static void *run(void *data) {
  Thread *thread = data;
  number = (uint32_t)(thread - threads) + 1;
  if (stackInit(thread->stackSize)) {
    if (trapThreadInit()) {
      serve(&thread->connection);
      trapThreadRelease();
    }
    stackRelease();
  }
  close(thread->connection.in);
  close(thread->connection.out);
  running--;
  return NULL;
}

/* Opens a FIFO without waiting for its other end, which the client holds; -1 when it is none. */
static int openFifo(const char *path, int mode) {
  struct stat facts;
  int fd = open(path, mode | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -1;
  if (fstat(fd, &facts) == 0 && S_ISFIFO(facts.st_mode) && fcntl(fd, F_SETFL, 0) == 0) return fd;
  close(fd);
  return -1;
}

bool threadStart(const char *readPath, const char *writePath) {
  if (started == MOST_THREADS) return false;
  int in = openFifo(readPath, O_RDONLY);
  int out = in < 0 ? -1 : openFifo(writePath, O_WRONLY);
  Thread *thread = &threads[started];
  *thread = (Thread){.connection = {.in = in, .out = out}, .stackSize = stackSize};
  running++;
  if (out >= 0 && pthread_create(&thread->id, NULL, run, thread) == 0) {
    started++;
    return true;
  }
  running--;
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  return false;
}

void threadsJoin(void) {
  for (; started > 0; started--) pthread_join(threads[started - 1].id, NULL);
}
