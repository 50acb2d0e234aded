// SPDX-License-Identifier: Apache-2.0

// The clock, the ports and the waiting that `ConsulTesting` offers to users as well.
@_exported public import TestBasics
