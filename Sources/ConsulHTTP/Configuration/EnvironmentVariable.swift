// SPDX-License-Identifier: Apache-2.0

/// The environment variables of Consul's own command line that concern HTTP.
enum EnvironmentVariable: String, CaseIterable {
    case address = "CONSUL_HTTP_ADDR"
    case token = "CONSUL_HTTP_TOKEN"
    case tokenFile = "CONSUL_HTTP_TOKEN_FILE"
    case basicAuthentication = "CONSUL_HTTP_AUTH"
    case usesTLS = "CONSUL_HTTP_SSL"
    case verifiesServer = "CONSUL_HTTP_SSL_VERIFY"
    case authorityFile = "CONSUL_CACERT"
    case authorityDirectory = "CONSUL_CAPATH"
    case clientCertificate = "CONSUL_CLIENT_CERT"
    case clientKey = "CONSUL_CLIENT_KEY"
    case serverName = "CONSUL_TLS_SERVER_NAME"
    case namespace = "CONSUL_NAMESPACE"
    case partition = "CONSUL_PARTITION"

    func error(_ message: String) -> ConfigurationError {
        ConfigurationError(setting: rawValue, message: message)
    }
}

extension [String: String] {
    /// Returns the value of a variable; an empty value counts as absent, as in Consul.
    subscript(variable: EnvironmentVariable) -> String? {
        self[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the value of a Boolean variable, in the spellings that Go accepts.
    func flag(_ variable: EnvironmentVariable) throws(ConfigurationError) -> Bool? {
        guard let value = self[variable] else { return nil }
        switch value {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default: throw variable.error("\"\(value)\" is neither on nor off; write true or false")
        }
    }
}
