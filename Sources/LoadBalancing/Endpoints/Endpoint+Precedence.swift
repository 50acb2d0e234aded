// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// True unless Consul or a probe says that the endpoint is down.
    var isListedAsHealthy: Bool { details?.status != .critical && probe != .down }

    /// True if this entry counts and not the other one for the same host and port, whatever order they come in.
    ///
    /// The healthy one counts, because a server answers there: an instance that has moved to another node may leave a
    /// critical entry behind. Then the better priority, then the greater weight; the rest only makes the result always
    /// the same.
    func takesPrecedence(over other: Endpoint) -> Bool {
        if isListedAsHealthy != other.isListedAsHealthy { return isListedAsHealthy }
        if priority != other.priority { return priority < other.priority }
        if weight != other.weight { return weight > other.weight }
        let (status, otherStatus) = (details?.status ?? .passing, other.details?.status ?? .passing)
        if status != otherStatus { return status < otherStatus }
        if probe != other.probe { return probe == .up || other.probe == .down }
        return name.lexicographicallyPrecedes(other.name)
    }

    /// The properties that identify an instance in Consul.
    private var name: [String] { [node ?? "", details?.datacenter ?? "", details?.id ?? ""] }
}
