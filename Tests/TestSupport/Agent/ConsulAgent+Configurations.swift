// SPDX-License-Identifier: Apache-2.0

extension ConsulAgent {
    /// The token that may do everything where ``defaultDeny`` is in force.
    public static let masterToken = "root"

    /// A configuration in which nothing is allowed without a token. Commands of the test use ``masterToken``.
    public static let defaultDeny =
        #"{"acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "\#(masterToken)"}}}"#

    /// A configuration that lets a client have so many connections to the HTTP API; the default is 200. Consul 1.8
    /// resets the others without a word. The test's own commands count too.
    public static func limitingConnections(to count: Int) -> String {
        #"{"limits": {"http_max_conns_per_client": \#(count)}}"#
    }
}
