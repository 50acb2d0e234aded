// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The time that a server asks the client to wait (`Retry-After`, RFC 9110 section 10.2.3).
enum RetryAfter {
    /// Returns the time in the headers; `nil` if it is absent or unreadable.
    ///
    /// - Parameter now: The time on this machine, in seconds since 1970. It is used only if the response has no `Date`:
    ///   with `Date`, both times come from the server's clock.
    static func duration(_ headers: HTTPHeaders, now: Int64) -> Duration? {
        guard let text = headers.first(name: "Retry-After") else { return nil }
        if let seconds = UInt32(text), text.utf8.first != UInt8(ascii: "+") { return .seconds(Int64(seconds)) }
        guard let date = HTTPDate(text) else { return nil }
        let start = headers.first(name: "Date").flatMap { HTTPDate($0) }?.secondsSince1970 ?? now
        return .seconds(max(date.secondsSince1970 - start, 0))
    }

    /// The time on this machine, in seconds since 1970.
    static var now: Int64 { Int64(time(nil)) }
}
