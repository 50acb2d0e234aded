// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// What Consul and probes say of it.
    var isListedAsHealthy: Bool { details?.status != .critical && probe != .down }

    /// Which of two entries for one host and port counts, whatever order they come in.
    ///
    /// The healthy one, because somebody answers there: an instance that has moved to another node may leave a critical
    /// entry behind. Then the better priority, then the greater weight, and the rest is only for it to be always the same.
    func takesPrecedence(over other: Endpoint) -> Bool {
        if isListedAsHealthy != other.isListedAsHealthy { return isListedAsHealthy }
        if priority != other.priority { return priority < other.priority }
        if weight != other.weight { return weight > other.weight }
        let (status, otherStatus) = (details?.status ?? .passing, other.details?.status ?? .passing)
        if status != otherStatus { return status < otherStatus }
        if probe != other.probe { return probe == .up || other.probe == .down }
        return name.lexicographicallyPrecedes(other.name)
    }

    /// What tells instances apart in Consul.
    private var name: [String] { [node ?? "", details?.datacenter ?? "", details?.id ?? ""] }
}
