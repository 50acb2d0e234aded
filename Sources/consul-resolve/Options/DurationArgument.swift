// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP

/// A duration on the command line: `2s`, `500ms`, `1.5s`, `2m`.
struct DurationArgument: Equatable {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    /// Parses a number and its unit.
    ///
    /// - Throws: `ValidationError`, which names the units.
    static func parse(_ text: String) throws -> DurationArgument {
        if let argument = DurationArgument(argument: text) { return argument }
        let corrected = DurationArgument(argument: text + "s") == nil ? "" : "; did you mean \(text)s?"
        throw ValidationError(
            "write a number and its unit, ms, s or m, such as 500ms, 2s or 1m: more than 0 and at most 1440m\(corrected)"
        )
    }

    init?(argument: String) {
        // "ms" comes before "s": the first suffix that matches is the unit.
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60)]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }) else { return nil }
        let digits = argument.dropLast(unit.suffix.count)
        // `Double.init` would also accept signs, exponents and hexadecimal digits.
        guard
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(digits), number > 0, number * unit.seconds <= 86_400
        else { return nil }
        duration = .seconds(number * unit.seconds)
    }
}

extension DurationArgument: CustomStringConvertible {
    /// The duration in the form that ``parse(_:)`` accepts.
    var description: String {
        let milliseconds = duration.milliseconds
        return milliseconds >= 1000 ? "\((milliseconds / 1000).decimal)s" : "\(milliseconds.decimal)ms"
    }
}
