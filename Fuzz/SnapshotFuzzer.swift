// SPDX-License-Identifier: Apache-2.0

/// What libFuzzer calls with every input that it makes up; a failed precondition is a find.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // A copy of exactly the right size, so that AddressSanitizer sees the first byte read beyond it.
    SnapshotInvariants.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
