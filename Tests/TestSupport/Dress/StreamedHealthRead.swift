// SPDX-License-Identifier: Apache-2.0

/// A health read that newer versions answer from the streaming backend.
struct StreamedHealthRead: Sendable {
    let request: DressedRequest
    /// The name of the service.
    let name: String
    /// The index of the blocking query; `nil` for a cached read, which does not block.
    let index: UInt64?
    /// The longest time to block; Consul adds up to a sixteenth to it.
    let wait: Duration

    /// Returns `nil` for reads that the old backend still answers: without an index, or sorted with `near`.
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

    /// The consistency in the reply: the requested one, although the streaming backend ignores it.
    var consistency: String {
        for name in ["stale", "consistent"] where request[parameter: name] != nil { return name }
        return "leader"
    }
}

extension Duration {
    /// Reads a duration in Go's format, such as `1m30s` or `250ms`; `nil` for any other text.
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
