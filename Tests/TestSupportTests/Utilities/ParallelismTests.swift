// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The limit of tests that run at a time (`CTestParallelism`).
struct ParallelismTests {
    @Test func `The process of the tests has a limit for Swift Testing`() throws {
        let limit = ProcessInfo.processInfo.environment["SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH"]
        #expect(try #require(limit.flatMap { Int($0) }) > 0)
    }
}
