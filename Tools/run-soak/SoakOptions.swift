// SPDX-License-Identifier: Apache-2.0

/// The load and the length of a run.
struct SoakOptions: Sendable {
    var minutes = 60
    var lookups = 2000
    var watches = 500
    var locks = 50
    var registrations = 50
    /// The seconds between two restarts of an agent.
    var restart = 60
    /// The seconds for which all agents are dead, after the first minute; 0 for none.
    var outage = 0
    /// The seconds between two samples.
    var sample = 5
    /// The file of the samples.
    var csv = "soak.csv"

    static let usage = """
        use: run-soak [--minutes 60] [--lookups 2000] [--watches 500] [--locks 50] [--registrations 50]
                      [--restart 60] [--outage 0] [--sample 5] [--csv soak.csv]
             run-soak plot CSV SVG
        """

    /// - Returns: `nil` for arguments that are none.
    init?(_ arguments: [String]) {
        var left = arguments[...]
        while let name = left.popFirst() {
            guard let value = left.popFirst() else { return nil }
            if name == "--csv" {
                csv = value
                continue
            }
            guard let number = Int(value), number > 0 || ["--restart", "--outage"].contains(name) else { return nil }
            switch name {
            case "--minutes": minutes = number
            case "--lookups": lookups = number
            case "--watches": watches = number
            case "--locks": locks = number
            case "--registrations": registrations = number
            case "--restart": restart = number
            case "--outage": outage = number
            case "--sample": sample = number
            default: return nil
            }
        }
    }
}
