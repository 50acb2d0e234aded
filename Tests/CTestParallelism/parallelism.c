// SPDX-License-Identifier: Apache-2.0

#include "parallelism.h"

#include <stdlib.h>

/* Swift Testing begins all tests at once. On two cores, two thousand tests with agents and deadlines are then in each
   other's way for longer than their deadlines last. Swift Testing takes a limit from this variable alone, and reads it
   when the first test is about to begin, so it is set before `main`. A value that is set already stays.

   Tools must not link this. Setting a variable moves `environ`, beside which Swift's runtime looks for the arguments of a
   statically linked program, and `CommandLine.arguments` would be empty. */
__attribute__((constructor)) static void limit_parallel_tests(void) {
    setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", TEST_PARALLELISM, 0);
}
