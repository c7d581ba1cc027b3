/*
 * Memory that is there or the process is not: running out ends it with status 70 and one line, because nothing
 * useful can be done without memory in a program that lives for seconds. Libraries' own failures are looked at
 * where they happen.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* count * size zeroed bytes, to be freed with free(). */
void *mem_zalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* The array with room for count elements of size bytes; what is new is not zeroed. */
void *mem_grow(void *array, size_t count, size_t size) __attribute__((returns_nonnull));

char *mem_strdup(const char *text) __attribute__((malloc, returns_nonnull));

/* Ends the process as if an allocation had failed: for a library that says so. */
void mem_exhausted(void) __attribute__((noreturn));

/* Overwrites size bytes in a way that the compiler keeps: for secrets. NULL is allowed. */
void mem_wipe(void *start, size_t size);

#endif
