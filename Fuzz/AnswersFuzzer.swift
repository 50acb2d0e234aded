// SPDX-License-Identifier: Apache-2.0

/// The entry point of libFuzzer, called with every generated input; a failed precondition is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // A copy of exactly the right size, so that AddressSanitizer detects a read one byte beyond it.
    AresComparison.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
