/* memory.atomic.wait and notify: who waits stands in one list, in the order of arrival, and is woken in that order. */
#include <pthread.h>
#include <time.h>
#include "native.h"

typedef struct Waiter {
  struct Waiter *next;
  const uint8_t *place;
  pthread_cond_t wake;
  bool isWoken;
} Waiter;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Waiter *first;

static void append(Waiter *waiter) {
  Waiter **end = &first;
  while (*end) end = &(*end)->next;
  *end = waiter;
}

static void removeWaiter(Waiter *waiter) {
  for (Waiter **at = &first; *at; at = &(*at)->next) {
    if (*at != waiter) continue;
    *at = waiter->next;
    return;
  }
}

static uint64_t valueAt(const uint8_t *place, uint32_t width) {
  return width == 4 ? atomic_load((const _Atomic uint32_t *)(const void *)place)
                    : atomic_load((const _Atomic uint64_t *)(const void *)place);
}

/* Until somebody wakes it or the time (0: none) is over; the lock is held before and after. */
static void sleepUntil(Waiter *waiter, uint64_t end) {
  struct timespec when = {.tv_sec = (time_t)(end / 1000000000), .tv_nsec = (long)(end % 1000000000)};
  while (!waiter->isWoken) {
    if (end == 0) pthread_cond_wait(&waiter->wake, &lock);
    else if (pthread_cond_timedwait(&waiter->wake, &lock, &when) != 0) return;
  }
}

static bool enqueueAndSleep(const uint8_t *place, uint64_t end) {
  Waiter waiter = {.place = place};
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&waiter.wake, &monotonic);
  pthread_condattr_destroy(&monotonic);
  append(&waiter);
  sleepUntil(&waiter, end);
  removeWaiter(&waiter);
  pthread_cond_destroy(&waiter.wake);
  return waiter.isWoken;
}

WaitResult waitAt(const uint8_t *place, uint32_t width, uint64_t expected, int64_t timeout, uint64_t deadline) {
  uint64_t now = monotonicNow();
  uint64_t end = timeout < 0 || now + (uint64_t)timeout < now ? 0 : now + (uint64_t)timeout;
  bool isCut = deadline != 0 && (end == 0 || end > deadline);
  WaitResult over = isCut || end == 0 ? WAIT_NEVER_ENDS : WAIT_TIMED_OUT;
  pthread_mutex_lock(&lock);
  WaitResult result = WAIT_NOT_EQUAL;
  if (valueAt(place, width) == expected) {
    bool isAlone = threadCount() == 1; /* nobody will come: the end is known without waiting for it */
    result = !isAlone && enqueueAndSleep(place, isCut ? deadline : end) ? WAIT_WOKEN : over;
  }
  pthread_mutex_unlock(&lock);
  return result;
}

uint32_t notifyAt(const uint8_t *place, uint32_t count) {
  uint32_t woken = 0;
  pthread_mutex_lock(&lock);
  for (Waiter *waiter = first; waiter && woken < count; waiter = waiter->next) {
    if (waiter->place != place || waiter->isWoken) continue;
    waiter->isWoken = true;
    pthread_cond_signal(&waiter->wake);
    woken++;
  }
  pthread_mutex_unlock(&lock);
  return woken;
}
