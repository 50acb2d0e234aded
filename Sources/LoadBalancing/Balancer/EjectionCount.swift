// SPDX-License-Identifier: Apache-2.0

/// Numbers of listed and ejected endpoints, by which ``EjectionQuota`` decides. They are counted when a snapshot is
/// built, so that an outage in which every request asks for an ejection does not count all endpoints each time.
struct EjectionCount: Hashable, Sendable {
    /// Endpoints that would be used if no endpoint were ejected. Endpoints that Consul or a probe calls unhealthy are
    /// not counted.
    var listed = 0
    /// Endpoints that are ejected, or on probation in a tier that gets requests. An endpoint on probation in a priority
    /// or a place that is not needed now cannot prove itself; it must not keep others from being ejected forever.
    var out = 0
}
