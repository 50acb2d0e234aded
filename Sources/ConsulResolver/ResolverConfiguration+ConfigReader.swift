// SPDX-License-Identifier: Apache-2.0

#if Configuration

public import Configuration
public import ConsulHTTP
import DNSWire
public import ResolutionModel

extension ResolverConfiguration {
    /// Creates a configuration from the defaults and the values of a reader of swift-configuration.
    ///
    /// ```swift
    /// let config = ConfigReader(provider: EnvironmentVariablesProvider())
    /// let configuration = try ResolverConfiguration(config: config.scoped(to: "consul"))
    /// ```
    ///
    /// With environment variables and the scope `consul`, the keys `dns.addr`, `http.addr`, `http.token` and so on are the
    /// variables that `init(environment:strategy:)` reads, such as `CONSUL_HTTP_ADDR`. Values are read once; later changes
    /// have no effect.
    ///
    /// - `strategy` (`automatic`, `dns`, `http`), `timeout`
    /// - `dns.addr`, a list of `host:port`; `dns.domain`; `dns.transport` (`automatic`, `udp`, `tcp`); `dns.attemptTimeout`,
    ///   `dns.hedging`, `dns.ednsPayloadSize`
    /// - `http.addr`, `http.token` and `http.auth` (both secret), `http.tokenFile`, `http.ssl`, `http.sslVerify`,
    ///   `http.datacenter`, `http.connectTimeout`, `http.requestTimeout`
    /// - `cacert`, `capath`, `clientCert`, `clientKey`, `tlsServerName`, `namespace`, `partition`
    /// - `cache.enabled` (with `false`, the other keys of the cache have no effect), `cache.capacity`,
    ///   `cache.minimumTimeToLive`, `cache.maximumTimeToLive`, `cache.staleLimit`, `cache.clientResponseTimer`
    /// - `hold.keepsLastKnown`, `hold.emptyGracePeriod`, `hold.missingGracePeriod`
    /// - `following.minimumInterval`, `following.maximumInterval`, `failover.failback`
    /// - `snapshot.path`, and with it `snapshot.minimumInterval`, `snapshot.maximumAge`
    ///
    /// A duration is a text with a unit: `250ms`, `2s`, `1m30s`, `1h`. An empty text counts as absent.
    ///
    /// - Parameter config: The reader, scoped by the caller.
    /// - Throws: `ConfigurationError` for a value that cannot be read or used, with the key in the reader's scope as its
    ///   setting. The reader's own methods return `nil` for a value of another type; here it is an error. With the
    ///   strategy `dns`, the content of the keys of HTTP is not checked. No error contains a secret.
    public init(config: ConfigReader) throws(ConfigurationError) {
        let values = ConfigValues(reader: config)
        let strategy: Strategy? = try values.choice("strategy")
        try self.init(environment: values, strategy: strategy ?? .automatic)
        try apply(values)
        self = try withCheckedTimes()
        try cache?.check()
        try dns.check()
    }

    /// Creates a configuration from the keys that stand for environment variables, by the rules for these variables.
    private init(environment values: ConfigValues, strategy: Strategy) throws(ConfigurationError) {
        var environment: [String: String] = [:]
        for setting in ConfigValues.variables { environment[setting.variable] = try values.text(of: setting) }
        do throws(ConfigurationError) {
            try self.init(environment: environment, strategy: strategy)
        } catch {
            var renamed = error
            for (variable, key, _) in ConfigValues.variables {
                if error.setting == variable { renamed.setting = key }
                renamed.message = renamed.message.replacing(variable, with: key)
            }
            throw renamed
        }
    }

    private mutating func apply(_ values: ConfigValues) throws(ConfigurationError) {
        for (key, path) in ConfigValues.durations {
            if let duration = try values.duration(key) { self[keyPath: path] = duration }
        }
        if let domain = try values.text("dns.domain") {
            do throws(DomainNameError) {
                dns.domain = try DomainName(domain)
            } catch {
                throw ConfigurationError(setting: "dns.domain", message: error.message)
            }
        }
        if let transport: DNS.Transport = try values.choice("dns.transport") { dns.transport = transport }
        if let hedging = try values.flag("dns.hedging") { dns.hedging = hedging }
        if let size = try values.number("dns.ednsPayloadSize") {
            guard let size = UInt16(exactly: size) else {
                throw ConfigurationError(setting: "dns.ednsPayloadSize", message: "\(size) is not between 0 and 65535")
            }
            dns.ednsPayloadSize = size
        }
        if let datacenter = try values.text("http.datacenter") { http.datacenter = datacenter }
        if let keeps = try values.flag("hold.keepsLastKnown") { hold.keepsLastKnown = keeps }
        cache = try Self.cache(values)
        snapshot = try Self.snapshot(values)
    }

    private static func cache(_ values: ConfigValues) throws(ConfigurationError) -> Cache? {
        var cache = Cache()
        if let capacity = try values.number("cache.capacity") { cache.capacity = capacity }
        for (key, path) in ConfigValues.cacheDurations {
            if let duration = try values.duration(key) { cache[keyPath: path] = duration }
        }
        return try values.flag("cache.enabled") == false ? nil : cache
    }

    private static func snapshot(_ values: ConfigValues) throws(ConfigurationError) -> Snapshot? {
        let (interval, age) = ("snapshot.minimumInterval", "snapshot.maximumAge")
        let (minimumInterval, maximumAge) = (try values.duration(interval), try values.duration(age))
        guard let path = try values.text("snapshot.path") else {
            guard minimumInterval == nil, maximumAge == nil else {
                throw ConfigurationError(
                    setting: "snapshot.path",
                    message: "it is not set, but \(minimumInterval == nil ? age : interval) is; set the path, too"
                )
            }
            return nil
        }
        var snapshot = Snapshot(path: path)
        if let minimumInterval { snapshot.minimumInterval = minimumInterval }
        if let maximumAge { snapshot.maximumAge = maximumAge }
        return snapshot
    }
}

/// The values of a reader, without its leniency: a value of another type is an error, and not absent.
private struct ConfigValues {
    enum Kind {
        case text
        case secret
        case flag
        case list
    }

    typealias Variable = (variable: String, key: String, kind: Kind)

    /// The keys that stand for environment variables. A variable comes before one that its name begins with.
    static let variables: [Variable] = [
        ("CONSUL_DNS_ADDR", "dns.addr", .list),
        ("CONSUL_HTTP_ADDR", "http.addr", .text),
        ("CONSUL_HTTP_TOKEN_FILE", "http.tokenFile", .text),
        ("CONSUL_HTTP_TOKEN", "http.token", .secret),
        ("CONSUL_HTTP_AUTH", "http.auth", .secret),
        ("CONSUL_HTTP_SSL_VERIFY", "http.sslVerify", .flag),
        ("CONSUL_HTTP_SSL", "http.ssl", .flag),
        ("CONSUL_CACERT", "cacert", .text),
        ("CONSUL_CAPATH", "capath", .text),
        ("CONSUL_CLIENT_CERT", "clientCert", .text),
        ("CONSUL_CLIENT_KEY", "clientKey", .text),
        ("CONSUL_TLS_SERVER_NAME", "tlsServerName", .text),
        ("CONSUL_NAMESPACE", "namespace", .text),
        ("CONSUL_PARTITION", "partition", .text),
    ]

    static var durations: ResolverConfiguration.Times<ResolverConfiguration> {
        [
            ("timeout", \.timeout), ("dns.attemptTimeout", \.dns.attemptTimeout),
            ("http.connectTimeout", \.http.connectTimeout), ("http.requestTimeout", \.http.requestTimeout),
            ("hold.emptyGracePeriod", \.hold.emptyGracePeriod), ("hold.missingGracePeriod", \.hold.missingGracePeriod),
            ("following.minimumInterval", \.following.minimumInterval),
            ("following.maximumInterval", \.following.maximumInterval), ("failover.failback", \.failover.failback),
        ]
    }

    static var cacheDurations: ResolverConfiguration.Times<ResolverConfiguration.Cache> {
        [
            ("cache.minimumTimeToLive", \.minimumTimeToLive), ("cache.maximumTimeToLive", \.maximumTimeToLive),
            ("cache.staleLimit", \.staleLimit), ("cache.clientResponseTimer", \.clientResponseTimer),
        ]
    }

    let reader: ConfigReader

    /// Returns the text that an environment variable would have.
    func text(of setting: Variable) throws(ConfigurationError) -> String? {
        switch setting.kind {
        case .text: try text(setting.key)
        case .secret: try text(setting.key, isSecret: true)
        case .list: try list(setting.key)?.joined(separator: ",")
        case .flag:
            // A text may have further spellings in Consul, such as `t`. Other providers have a truth value.
            if let text = try? reader.requiredString(forKey: ConfigKey(setting.key)), !text.isEmpty {
                text
            } else {
                try flag(setting.key).map { $0 ? "true" : "false" }
            }
        }
    }

    func text(_ key: String, isSecret: Bool = false) throws(ConfigurationError) -> String? {
        let text = try value(key, "a text", isSecret: isSecret) {
            try reader.requiredString(forKey: ConfigKey(key), isSecret: isSecret)
        }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        try value(key, "true or false") { try reader.requiredBool(forKey: ConfigKey(key)) }
    }

    func number(_ key: String) throws(ConfigurationError) -> Int? {
        try value(key, "a whole number") { try reader.requiredInt(forKey: ConfigKey(key)) }
    }

    func list(_ key: String) throws(ConfigurationError) -> [String]? {
        let list = try value(key, "a list of texts") { try reader.requiredStringArray(forKey: ConfigKey(key)) }
        return list.flatMap { $0.isEmpty || $0 == [""] ? nil : $0 }
    }

    func duration(_ key: String) throws(ConfigurationError) -> Duration? {
        let form = "a duration with a unit, such as \"250ms\" or \"2s\""
        let text = try value(key, form) { try reader.requiredString(forKey: ConfigKey(key)) }
        guard let text, !text.isEmpty else { return nil }
        guard let duration = Duration(goText: text), duration >= .zero else {
            throw ConfigurationError(setting: key, message: "\"\(text)\" is not \(form)")
        }
        return duration
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String
    ) throws(ConfigurationError) -> Choice? {
        guard let text = try text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(setting: key, message: "\"\(text)\" is none of \(choices)")
        }
        return choice
    }

    /// Returns a value; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - form: The form of the value, in words.
    ///   - read: One of the reader's methods that throw for an absent value and for one of another type.
    private func value<Value>(
        _ key: String,
        _ form: String,
        isSecret: Bool = false,
        read: () throws -> Value
    ) throws(ConfigurationError) -> Value? {
        do {
            return try read()
        } catch {
            if Self.isAbsence(error) { return nil }
            if (try? reader.requiredString(forKey: ConfigKey(key), isSecret: isSecret)) == "" { return nil }
            // The error of a provider may quote the value.
            let reason = isSecret ? "" : " (\(error))"
            throw ConfigurationError(setting: key, message: "it cannot be read as \(form)\(reason)")
        }
    }

    /// True for the error of an absent value. Its type is not public, so it is known by its words. If they change, absent
    /// values become errors, and no value is ignored.
    private static func isAbsence(_ error: any Error) -> Bool {
        !absence.isEmpty && "\(error)".hasPrefix(absence)
    }

    /// The words before the key in the error of an absent value.
    private static let absence: String = {
        let (key, reader) = ("absent", ConfigReader(provider: InMemoryProvider(values: [:])))
        do {
            _ = try reader.requiredString(forKey: ConfigKey(key))
            return ""
        } catch {
            let text = "\(error)"
            return text.firstRange(of: key).map { String(text[..<$0.lowerBound]) } ?? ""
        }
    }()
}

#endif
