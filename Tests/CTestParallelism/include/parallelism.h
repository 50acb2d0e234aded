// SPDX-License-Identifier: Apache-2.0

#ifndef C_TEST_PARALLELISM_H
#define C_TEST_PARALLELISM_H

/** The number of tests that run at a time. */
#define TEST_PARALLELISM "8"

#endif
