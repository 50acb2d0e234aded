// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Collects the parts of a request. Clients of Consul send a request only after the reply to the previous one, so
/// pipelined requests are not handled.
struct HTTPRequestCollector {
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    /// Adds a part.
    ///
    /// - Returns: The request, if it is complete.
    mutating func add(_ part: HTTPServerRequestPart) -> (head: HTTPRequestHead, body: [UInt8])? {
        switch part {
        case .head(let head):
            (self.head, body) = (head, [])
        case .body(let part):
            body += part.readableBytesView
        case .end:
            return head.map { ($0, body) }
        }
        return nil
    }
}
