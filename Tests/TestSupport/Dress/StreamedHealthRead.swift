// SPDX-License-Identifier: Apache-2.0

/// A read that newer versions answer from the streaming backend.
struct StreamedHealthRead: Sendable {
    let request: DressedRequest
    /// The service.
    let name: String
    /// The index to wait behind; `nil` for a cached read, which waits for nothing.
    let index: UInt64?
    /// How long to wait; Consul adds up to a sixteenth to it.
    let wait: Duration

    /// `nil` for reads that the old backend still answers: without index, or in the order of nearness.
    init?(_ request: DressedRequest) {
        let name = request.segment(after: "/v1/health/service/") ?? request.segment(after: "/v1/health/connect/")
        guard request.method == "GET", let name, request[parameter: "near"] == nil else { return nil }
        let index = request[parameter: "index"].flatMap { UInt64($0) } ?? 0
        guard index > 0 || request[parameter: "cached"] != nil else { return nil }
        self.request = request
        self.name = name
        self.index = index > 0 ? index : nil
        wait = request[parameter: "wait"].flatMap(Duration.init(goText:)) ?? .seconds(300)
    }

    /// What the reply calls its consistency: what was asked for, although the backend does not go by it.
    var consistency: String {
        for name in ["stale", "consistent"] where request[parameter: name] != nil { return name }
        return "leader"
    }
}

extension Duration {
    /// Reads what Go writes, such as `1m30s` or `250ms`; `nil` for anything else.
    init?(goText text: String) {
        let units: [(String, Duration)] = [
            ("ms", .milliseconds(1)), ("us", .microseconds(1)), ("ns", .nanoseconds(1)), ("h", .seconds(3600)),
            ("m", .seconds(60)), ("s", .seconds(1)),
        ]
        var rest = text[...]
        self = .zero
        repeat {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            guard let number = Double(digits), let (unit, length) = units.first(where: { rest.hasPrefix($0.0) })
            else { return nil }
            self += length * number
            rest = rest.dropFirst(unit.count)
        } while !rest.isEmpty
    }
}
