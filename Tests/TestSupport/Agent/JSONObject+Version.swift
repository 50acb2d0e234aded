// SPDX-License-Identifier: Apache-2.0

extension JSONObject {
    /// Returns this configuration of an agent with the setting names of the version.
    ///
    /// Since 1.14 an agent opens a port for gRPC over TLS, over which two agents on one machine would conflict; before
    /// 1.14 the setting is an error. Since 1.11 the management token has another name.
    func configuration(for version: ConsulVersion) -> JSONObject {
        var changed = self
        if version >= ConsulVersion(1, 14) {
            changed = (["ports": ["grpc_tls": -1]] as JSONObject).merging(changed)
        }
        if version >= ConsulVersion(1, 11), let access = self["acl"]?.object, let tokens = access["tokens"]?.object,
            let master = tokens["master"]
        {
            var members = tokens.members
            members["master"] = nil
            members["initial_management"] = members["initial_management"] ?? master
            let renamed = JSONObject(access.members.merging(["tokens": .object(JSONObject(members))]) { $1 })
            changed = JSONObject(changed.members.merging(["acl": .object(renamed)]) { $1 })
        }
        return changed
    }

    /// The management token, by either name.
    var managementToken: String? {
        let tokens = self["acl"]?.object?["tokens"]?.object
        return tokens?["initial_management"]?.string ?? tokens?["master"]?.string
    }
}
