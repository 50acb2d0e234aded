// SPDX-License-Identifier: Apache-2.0
// Lets SwiftPM find c-ares through pkg-config. Only the C target CAres includes it.
#include <ares.h>
