// SPDX-License-Identifier: Apache-2.0

/// How well a check, or a service as a whole, is; a greater one is worse.
public struct HealthStatus: Hashable, Sendable {
    private enum Base: UInt8 {
        case passing, unknown, warning, critical, maintenance
    }

    private let base: Base

    /// All is well.
    public static var passing: HealthStatus { HealthStatus(base: .passing) }

    /// Something that Consul does not define: whoever writes to the catalog directly may store any word. Consul's DNS
    /// treats it like a warning, as everything that is neither passing nor critical.
    public static var unknown: HealthStatus { HealthStatus(base: .unknown) }

    /// It works, but somebody should look.
    public static var warning: HealthStatus { HealthStatus(base: .warning) }

    /// It does not work, or nobody knows any more whether it does.
    public static var critical: HealthStatus { HealthStatus(base: .critical) }

    /// Somebody has taken the service or its node out of use. No check has this status itself: it is told from the name
    /// of a check that is critical.
    public static var maintenance: HealthStatus { HealthStatus(base: .maintenance) }
}

extension HealthStatus: Comparable {
    /// Whether the first is better than the second.
    public static func < (first: HealthStatus, second: HealthStatus) -> Bool {
        first.base.rawValue < second.base.rawValue
    }
}

extension HealthStatus: CustomStringConvertible {
    /// The word that Consul uses, or `unknown`.
    public var description: String { "\(base)" }
}
