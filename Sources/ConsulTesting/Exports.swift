// SPDX-License-Identifier: Apache-2.0

// The types of this module's own signatures that it shares with the tests of this package.

@_exported public import struct TestBasics.DeadlineExceeded
@_exported public import class TestBasics.ManualClock
