// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The temporary directory of one agent, with its configuration, data and log.
struct ConsulAgentFiles: Sendable {
    let directory: String
    let nodeName: String
    /// The whole configuration.
    let settings: JSONObject
    /// The management token, if the configuration has one.
    let masterToken: String?
    /// True if the catalog is readable, with that token or because access control is off.
    let catalogIsReadable: Bool

    var configuration: String { directory + "/agent.json" }
    var log: String { directory + "/agent.log" }
    var socket: String { directory + "/http.sock" }

    init(
        configuration wanted: JSONObject,
        mode: ConsulAgentMode,
        listeners: ConsulAgentListeners,
        ports: ConsulAgentPorts,
        version: ConsulVersion
    ) throws {
        let manager = FileManager.default
        // Short, because some systems limit the path of a Unix socket to 104 bytes and macOS uses half of them.
        let name = "consul-agent-\(UUID().uuidString.prefix(13))"
        directory = manager.temporaryDirectory.appendingPathComponent(name).path
        try manager.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let basics: JSONObject = [
            "node_name": "n1", "datacenter": "dc1", "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1",
            "data_dir": .string(directory + "/data"), "disable_update_check": true, "leave_on_terminate": false,
            "log_level": "info",
            "ports": ports.configuration,
        ]
        let merged = basics.merging(mode.configuration)
            .merging(listeners.configuration(socket: directory + "/http.sock")).merging(wanted)
            .configuration(for: version)
        settings = merged
        nodeName = merged["node_name"]?.string ?? "n1"
        masterToken = merged.managementToken
        catalogIsReadable = masterToken != nil || merged["acl"]?.object?["enabled"] != true
        try merged.text().write(toFile: directory + "/agent.json", atomically: false, encoding: .utf8)
        try "".write(toFile: directory + "/agent.log", atomically: false, encoding: .utf8)
    }

    /// The last lines of the log.
    func logTail(lines count: Int = 30) -> String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "(no log)"
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }

    /// Deletes all files. Missing files are not an error, so deleting twice is allowed.
    func delete() {
        try? FileManager.default.removeItem(atPath: directory)
    }
}
