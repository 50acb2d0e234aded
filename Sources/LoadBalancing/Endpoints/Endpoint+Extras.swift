// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// Properties that most endpoints lack, in one place, so that an endpoint does not grow by what is rare.
    struct Extras: Hashable, Sendable {
        var details: Details?
        var probe: ProbeVerdict?

        var isEmpty: Bool { details == nil && probe == nil }
    }

    /// Extras behind a reference: endpoints are copied with every answer, and most have no extras.
    @usableFromInline
    final class ExtrasBox: Sendable {
        let extras: Extras

        init(_ extras: Extras) { self.extras = extras }
    }
}

extension Endpoint.ExtrasBox: Hashable {
    @usableFromInline
    static func == (left: Endpoint.ExtrasBox, right: Endpoint.ExtrasBox) -> Bool {
        left === right || left.extras == right.extras
    }

    @usableFromInline
    func hash(into hasher: inout Hasher) { hasher.combine(extras) }
}
