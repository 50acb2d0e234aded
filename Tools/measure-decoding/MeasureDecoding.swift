// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decodes one body repeatedly, and prints the median time in microseconds.
///
///     measure-decoding body KIND COUNT            write a body to standard output
///     measure-decoding DECODER FILE REPETITIONS   decode it: least, standard, all or foundation
@main
enum MeasureDecoding {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3, let count = Int(arguments[2]) else { throw Unusable() }
        if arguments[0] == "body" {
            guard let body = HealthBodies.all[arguments[1]] else { throw Unusable() }
            print(body(count), terminator: "")
            return
        }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: arguments[1])))
        guard let decode = decoders[arguments[0]] else { throw Unusable() }
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<count {
            times.append(try clock.measure { if try decode(bytes) == 0 { throw Unusable() } })
        }
        print(times.sorted()[count / 2] / .microseconds(1))
    }

    /// The decoders, which return the number of instances in the bytes.
    private static let decoders: [String: @Sendable ([UInt8]) throws -> Int] = [
        "least": { try ServiceEntry.decodeList($0, fields: []).count },
        "standard": { try ServiceEntry.decodeList($0).count },
        "all": { try ServiceEntry.decodeList($0, fields: .all).count },
        "foundation": { try JSONDecoder().decode([FoundationEntry].self, from: Data($0)).count },
    ]
}

private struct Unusable: Error {}
