// SPDX-License-Identifier: Apache-2.0

extension ConsulAgent {
    /// The management token in ``defaultDeny``.
    public static let masterToken = "root"

    /// A configuration that denies all requests without a token. Commands of the tests use ``masterToken``.
    public static let defaultDeny =
        #"{"acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "\#(masterToken)"}}}"#

    /// Returns a configuration that limits the connections of a client to the HTTP API; the default is 200. Consul 1.8
    /// resets further connections without a reply. The tests' own commands count too.
    public static func limitingConnections(to count: Int) -> String {
        #"{"limits": {"http_max_conns_per_client": \#(count)}}"#
    }
}
