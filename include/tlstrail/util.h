/* tlstrail/util.h - floor 0: what every other floor stands on */
#ifndef TLSTRAIL_UTIL_H
#define TLSTRAIL_UTIL_H

#include <tlstrail/util/arena.h>
#include <tlstrail/util/diag.h>
#include <tlstrail/util/err.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/out.h>
#include <tlstrail/util/sha256.h>
#include <tlstrail/util/slice.h>
#include <tlstrail/util/text.h>
#include <tlstrail/util/zone.h>

#endif
