/* store_private.h - what the files of floor 6 share */
#ifndef TT_STORE_PRIVATE_H
#define TT_STORE_PRIVATE_H

#include <tlstrail/store/figures.h>

#define TT_CASE_APPLICATION_ID 1414288451 /* "TLTC" */
#define TT_CASE_VERSION 1

/* The statements that make a case, in their order. */
extern const char *const tt_schema[];
extern const size_t tt_schema_n;

#endif
