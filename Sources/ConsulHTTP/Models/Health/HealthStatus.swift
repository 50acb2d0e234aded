// SPDX-License-Identifier: Apache-2.0

/// The status of a check, or of a service as a whole; a greater one is worse.
public struct HealthStatus: Hashable, Sendable {
    private enum Base: UInt8 {
        case passing, unknown, warning, critical, maintenance
    }

    private let base: Base

    /// All is well.
    public static var passing: HealthStatus { HealthStatus(base: .passing) }

    /// A status that Consul does not define: direct writes to the catalog may store any word. Consul's DNS treats it
    /// like a warning, as it does any status other than passing and critical.
    public static var unknown: HealthStatus { HealthStatus(base: .unknown) }

    /// The check reports a problem that does not stop the service.
    public static var warning: HealthStatus { HealthStatus(base: .warning) }

    /// The check failed, or its state is no longer known.
    public static var critical: HealthStatus { HealthStatus(base: .critical) }

    /// An operator has taken the service or its node out of use. Checks never have this status themselves: it is
    /// derived from the name of a critical check.
    public static var maintenance: HealthStatus { HealthStatus(base: .maintenance) }
}

extension HealthStatus: Comparable {
    /// True if the first status is better than the second.
    public static func < (first: HealthStatus, second: HealthStatus) -> Bool {
        first.base.rawValue < second.base.rawValue
    }
}

extension HealthStatus: CustomStringConvertible {
    /// Consul's word for the status, or `unknown`.
    public var description: String { "\(base)" }
}

extension HealthStatus: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        let isNull = try reader.readNull(in: bytes)
        self = isNull ? .unknown : HealthStatus(try reader.readText(in: bytes), in: bytes)
    }

    private init(_ word: JSONText, in bytes: Span<UInt8>) {
        // In this order, because nearly all statuses are passing.
        self =
            if word.isEqual(to: "passing", in: bytes) {
                .passing
            } else if word.isEqual(to: "critical", in: bytes) {
                .critical
            } else if word.isEqual(to: "warning", in: bytes) {
                .warning
            } else if word.isEqual(to: "maintenance", in: bytes) {
                .maintenance
            } else {
                .unknown
            }
    }
}
