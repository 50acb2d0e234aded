// SPDX-License-Identifier: Apache-2.0
// Exists so that SwiftPM finds c-ares through pkg-config; nothing but the C target CAres includes it.
#include <ares.h>
