// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS

/// Instances from one DNS answer.
package struct FoundInstances: Sendable {
    package let reply: DNSAnswer
    package let instances: [ServiceInstance]
    /// The degree to which the answer proves that no instance is missing.
    package var completeness: AnswerCompleteness
    package let timeToLive: Duration

    /// A copy that is marked complete, for which another answer is the proof.
    var proven: FoundInstances {
        var found = self
        found.completeness = .complete
        return found
    }
}
