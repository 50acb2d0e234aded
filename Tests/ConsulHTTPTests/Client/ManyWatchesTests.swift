// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct ManyWatchesTests {
    @Test func `Many watches that begin together at a busy agent all receive an answer without interruption`()
        async throws
    {
        let gate = Gate()
        let script: ScriptedHTTPServer.Script = { request in
            // Each read takes some time; a blocking query is answered when the test is over.
            request.parameter("index") == nil
                ? [.delay(.milliseconds(50)), .reply(.health([HealthEntry]()))]
                : .reply(.health([HealthEntry]()), after: gate)
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let interruptions = WatchedValue<[String]>([])
                let answered = WatchedValue(0)
                let watchers = (0..<500).map { number in
                    Task {
                        var isFirst = true
                        let watch = client.watchServiceHealth(ServiceHealthRequest("s\(number)")).withRepetitions
                        for try await update in watch {
                            if let error = update.interruption { interruptions.update { $0.append("\(error)") } }
                            if update.answer != nil, isFirst {
                                isFirst = false
                                answered.update { $0 += 1 }
                            }
                        }
                    }
                }
                try await answered.wait("all first answers", within: .seconds(120)) { $0 == 500 }
                // Watches without a permit continue to poll.
                try await server.waitForRequests(1200, within: .seconds(120))
                #expect(interruptions.current == [])
                #expect(server.openConnections < 150)
                for watcher in watchers { watcher.cancel() }
                gate.release()
            }
        }
    }
}
