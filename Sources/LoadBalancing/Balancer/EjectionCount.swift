// SPDX-License-Identifier: Apache-2.0

/// How many endpoints are out because of what requests have shown, of how many: what ``EjectionQuota`` decides by. Counted when
/// a snapshot is made, so that an outage in which every request asks for an ejection does not count all of them each time.
struct EjectionCount: Hashable, Sendable {
    /// Those that would be used, were none ejected: what Consul or a probe calls unhealthy does not count.
    var listed = 0
    /// Those that are ejected, or on probation where requests go. One on probation where none go, in a priority or a place that
    /// is not needed now, shows nothing about itself; it must not keep others from being ejected for ever.
    var out = 0
}
