/* The ops of a batch, and who sends them. */
#pragma once
#include "frame.h"

/* Does the ops of the payload and appends their records; false: malformed, and `out` holds the report instead. */
bool batchRun(const uint8_t *payload, uint32_t length, Writer *out);

/* A client: descriptors, and bytes that were read and not yet served. */
typedef struct {
  int in, out;
  uint8_t *bytes;
  uint64_t length, capacity;
} Connection;

/* Serves frames until the client is gone; gives the exit code. */
int serve(Connection *connection);
