// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

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
}

/// A point in time in the format of HTTP headers (RFC 9110 section 5.6.7).
struct HTTPDate: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    let secondsSince1970: Int64

    private static let months: [String: Int64] = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
        "dec": 12,
    ]

    /// Parses all three formats that recipients have to accept:
    ///
    ///     Sun, 06 Nov 1994 08:49:37 GMT
    ///     Sunday, 06-Nov-94 08:49:37 GMT
    ///     Sun Nov  6 08:49:37 1994
    init?(_ text: String) {
        let words = text.lowercased().split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let isASCTime = words.count == 5
        guard isASCTime || (words.count == 6 && words[5] == "gmt"),
            let month = Self.months[words[isASCTime ? 1 : 2]],
            let day = Self.number(words[isASCTime ? 2 : 1], 1...31),
            let year = Self.year(words[isASCTime ? 4 : 3])
        else { return nil }
        let clock = words[isASCTime ? 3 : 4].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard clock.count == 3, let hour = Self.number(clock[0], 0...23), let minute = Self.number(clock[1], 0...59),
            // 60 is a leap second.
            let second = Self.number(clock[2], 0...60)
        else { return nil }
        secondsSince1970 = Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func number(_ text: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// Parses a year. Two digits mean the nearest year with that ending: 00 to 79 are in this century.
    private static func year(_ text: String) -> Int64? {
        switch text.utf8.count {
        case 4: number(text, 1...9999)
        case 2: number(text, 0...99).map { $0 < 80 ? 2000 + $0 : 1900 + $0 }
        default: nil
        }
    }

    /// Returns the days since 1970 in the Gregorian calendar. Years start in March, so that the leap day is the last
    /// day.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }
}
