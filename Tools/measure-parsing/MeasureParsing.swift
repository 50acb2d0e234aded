// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import Foundation
import ResolverSupport

/// Measures the time from the bytes of an answer to its instances: `measure-parsing [ROUNDS]`.
///
/// The answers have 50 instances, as an agent sends them over TCP: with address targets, the same with the agent's TXT
/// record beside each (the usual 4.8 kB), and with node targets. Every round reads each answer a thousand times. The
/// output has the median over the rounds for each answer.
@main
enum MeasureParsing {
    private static let messages = ["addresses-50", "addresses-and-text-50", "nodes-50"]
    private static let repetitions = 1000

    static func main() throws {
        let rounds = max(CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1000, 1)
        let question = Question(name: try DomainName("web.service.consul"), type: .srv)
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Messages")
        let answers = try messages.map { [UInt8](try Data(contentsOf: folder.appending(path: "\($0).bin"))) }

        var times = [[Int64]](repeating: [], count: answers.count)
        for _ in 0..<rounds {
            for (index, bytes) in answers.enumerated() {
                times[index].append(try time(bytes, question))
            }
        }
        print("| answer | bytes | µs |\n|---|---|---|")
        for (index, name) in messages.enumerated() {
            let median = Double(times[index].sorted()[rounds / 2]) / Double(1000 * repetitions)
            print("| \(name) | \(answers[index].count) | \(String(format: "%.2f", median)) |")
        }
    }

    /// Returns the nanoseconds that all repetitions take together.
    private static func time(_ bytes: [UInt8], _ question: Question) throws -> Int64 {
        let start = Moment.nowAwake
        for _ in 0..<repetitions { try read(bytes, question) }
        return Moment.nowAwake.nanoseconds(since: start).count
    }

    /// Reads an answer. Not inlined, and checked for its instances, so that the optimizer does not remove the work.
    @inline(never)
    private static func read(_ bytes: [UInt8], _ question: Question) throws {
        let answer = try ServiceAnswer(parsing: bytes, answering: question, domain: .consul)
        precondition(answer.instances.count == 50, "an answer has \(answer.instances.count) instances")
    }
}
