// SPDX-License-Identifier: Apache-2.0

import Benchmark
import ConsulResolver
import Foundation

/// Responses with 50 instances as an agent sends them over TCP: with address targets, the same with the agent's TXT
/// record beside each (the usual 4.8 kB), and with node targets.
private let messages = ["addresses-50", "addresses-and-text-50", "nodes-50"]

let benchmarks: @Sendable () -> Void = {
    let question = try? Question(name: DomainName("web.service.consul"), type: .srv)
    let folder = URL(filePath: #filePath).appending(path: "../../../Messages").standardized

    for name in messages {
        let file = folder.appending(path: "\(name).bin")
        guard let question, let data = try? Data(contentsOf: file) else { fatalError("cannot read \(file.path)") }
        let bytes = [UInt8](data)
        Benchmark(
            "answer \(name)",
            configuration: .init(metrics: [.wallClock, .cpuTotal], scalingFactor: .kilo, maxDuration: .seconds(3))
        ) { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(try ServiceAnswer(parsing: bytes, answering: question, domain: .consul))
            }
        }
    }
}
