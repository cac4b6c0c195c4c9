/*
 * Objects that the client has seen: each has a number and lives until reset. Numbers are handed out in order; a table of
 * open addresses finds the number of an object that was seen before. Objects do not move.
 */
#include <stdlib.h>
#include "heap.h"

static uint64_t *held;      /* by number */
static uint32_t *numbers;   /* number + 1 by hash; 0: none */
static uint32_t count, capacity;

void heldReset(void) {
  count = 0;
  if (numbers) memset(numbers, 0, capacity * 2ull * sizeof *numbers);
}

static uint32_t *placeOf(uint64_t reference) {
  uint32_t mask = capacity * 2 - 1;
  for (uint32_t at = (uint32_t)(reference >> 4) * 0x9e3779b1u & mask;; at = (at + 1) & mask)
    if (numbers[at] == 0 || held[numbers[at] - 1] == reference) return &numbers[at];
}

static bool makeRoom(void) {
  if (count < capacity) return true;
  uint32_t wanted = capacity ? capacity * 2 : 64;
  uint64_t *moreHeld = wanted <= LIMIT_HANDLES ? realloc(held, wanted * sizeof *held) : NULL;
  if (!moreHeld) return false;
  held = moreHeld;
  uint32_t *moreNumbers = calloc(wanted * 2ull, sizeof *numbers);
  if (!moreNumbers) return false;
  free(numbers);
  numbers = moreNumbers;
  capacity = wanted;
  for (uint32_t i = 0; i < count; i++) *placeOf(held[i]) = i + 1;
  return true;
}

static uint32_t number(uint64_t reference) {
  if (!makeRoom()) return NO_HANDLE;
  uint32_t *place = placeOf(reference);
  if (*place == 0) {
    held[count] = reference;
    *place = ++count;
  }
  return *place - 1;
}

/* NO_HANDLE when there is no room: such an object has no identity for the client. */
uint32_t heldNumber(uint64_t reference) {
  heapLock();
  uint32_t result = number(reference);
  heapUnlock();
  return result;
}

bool heldObject(uint32_t number, uint64_t *reference) {
  if (number >= count) return false;
  *reference = held[number];
  return true;
}

void heldMark(void) { markWords(held, count); }
