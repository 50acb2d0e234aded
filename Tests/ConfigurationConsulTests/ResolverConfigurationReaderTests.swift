// SPDX-License-Identifier: Apache-2.0

#if Configuration

import Configuration
import ConsulResolver
import NIOConcurrencyHelpers
import Testing

/// The configuration of a resolver from the values of a reader.
struct ResolverConfigurationReaderTests {
    @Test func `Without values, the configuration is the default one`() throws {
        #expect(describe(try read([:])) == describe(ResolverConfiguration()))
        // An empty text is that of an unset variable.
        let empty = [
            "consul.dns.addr", "consul.timeout", "consul.http.ssl", "consul.cache.capacity", "consul.strategy",
        ]
        let values = Dictionary(uniqueKeysWithValues: empty.map { (AbsoluteConfigKey(ConfigKey($0)), text("")) })
        #expect(describe(try read(values)) == describe(ResolverConfiguration()))
    }

    @Test func `Consul's own variables have their meaning in the scope consul`() throws {
        let environment = [
            "CONSUL_DNS_ADDR": "10.0.0.1, 10.0.0.2:53", "CONSUL_HTTP_ADDR": "https://consul.example:8501/prefix",
            "CONSUL_HTTP_TOKEN_FILE": "/run/token", "CONSUL_HTTP_SSL": "t", "CONSUL_HTTP_SSL_VERIFY": "0",
            "CONSUL_HTTP_AUTH": "user:password", "CONSUL_CAPATH": "/etc/ca", "CONSUL_CLIENT_CERT": "/etc/cert.pem",
            "CONSUL_CLIENT_KEY": "/etc/key.pem", "CONSUL_TLS_SERVER_NAME": "server.dc1.consul",
            "CONSUL_NAMESPACE": "team", "CONSUL_PARTITION": "east",
        ]
        for missing in [nil] + environment.keys.filter({ !$0.contains("CLIENT") }).sorted() {
            let some = environment.filter { $0.key != missing }
            let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: some))
            let configuration = try ResolverConfiguration(config: reader.scoped(to: "consul"))
            #expect(describe(configuration) == describe(try ResolverConfiguration(environment: some)))
        }
    }

    @Test func `Each key changes its property`() throws {
        let configuration = try read([
            "consul.strategy": "http", "consul.timeout": "250ms", "consul.dns.domain": "corp.example",
            "consul.dns.transport": "tcp", "consul.dns.attemptTimeout": "2s", "consul.dns.hedging": false,
            "consul.dns.ednsPayloadSize": 1400, "consul.http.datacenter": "dc2", "consul.http.connectTimeout": "3s",
            "consul.http.requestTimeout": "1m30s", "consul.cache.capacity": 7, "consul.cache.minimumTimeToLive": "4s",
            "consul.cache.maximumTimeToLive": "5s", "consul.cache.staleLimit": "2h",
            "consul.cache.clientResponseTimer": "6ms", "consul.hold.keepsLastKnown": true,
            "consul.hold.emptyGracePeriod": "7s", "consul.hold.missingGracePeriod": "8s",
            "consul.following.minimumInterval": "9s", "consul.following.maximumInterval": "10s",
            "consul.failover.failback": "11s", "consul.snapshot.path": "/var/lib/app/snapshot",
            "consul.snapshot.minimumInterval": "12s", "consul.snapshot.maximumAge": "13s",
        ])
        var wanted = ResolverConfiguration()
        wanted.strategy = .http
        wanted.timeout = .milliseconds(250)
        wanted.dns.domain = try DomainName("corp.example")
        wanted.dns.transport = .tcp
        wanted.dns.attemptTimeout = .seconds(2)
        wanted.dns.hedging = false
        wanted.dns.ednsPayloadSize = 1400
        wanted.http.datacenter = "dc2"
        wanted.http.connectTimeout = .seconds(3)
        wanted.http.requestTimeout = .seconds(90)
        wanted.cache?.capacity = 7
        wanted.cache?.minimumTimeToLive = .seconds(4)
        wanted.cache?.maximumTimeToLive = .seconds(5)
        wanted.cache?.staleLimit = .seconds(7200)
        wanted.cache?.clientResponseTimer = .milliseconds(6)
        wanted.hold.keepsLastKnown = true
        wanted.hold.emptyGracePeriod = .seconds(7)
        wanted.hold.missingGracePeriod = .seconds(8)
        wanted.following.minimumInterval = .seconds(9)
        wanted.following.maximumInterval = .seconds(10)
        wanted.failover.failback = .seconds(11)
        var snapshot = ResolverConfiguration.Snapshot(path: "/var/lib/app/snapshot")
        snapshot.minimumInterval = .seconds(12)
        snapshot.maximumAge = .seconds(13)
        wanted.snapshot = snapshot
        #expect(describe(configuration) == describe(wanted))
    }

    @Test func `A list and truth values of other providers count, too`() throws {
        let servers = ConfigValue(.stringArray(["10.0.0.1", "10.0.0.2:53"]), isSecret: false)
        let configuration = try read([
            "consul.dns.addr": servers, "consul.http.ssl": true, "consul.http.sslVerify": false,
            "consul.cache.enabled": false,
        ])
        #expect(configuration.dns.nameservers.map(\.description) == ["10.0.0.1:8600", "10.0.0.2:53"])
        #expect(configuration.http.address.description == "https://127.0.0.1:8500")
        #expect(!configuration.http.tls.verifiesServer && configuration.cache == nil)
    }

    @Test(arguments: [
        ("strategy", "udp"), ("timeout", "2"), ("timeout", "-2s"), ("timeout", "soon"), ("dns.addr", "::1:8600"),
        ("dns.domain", "a..b"), ("dns.transport", "quic"), ("dns.hedging", "maybe"), ("dns.ednsPayloadSize", "70000"),
        ("http.addr", "ftp://consul"), ("http.token", "two words"), ("http.auth", ":password"), ("http.ssl", "perhaps"),
        ("http.sslVerify", "perhaps"), ("tlsServerName", "10.0.0.1"), ("cache.capacity", "0"),
        ("cache.capacity", "many"), ("cache.enabled", "perhaps"), ("cache.minimumTimeToLive", "2m"),
        ("hold.keepsLastKnown", "perhaps"), ("following.minimumInterval", "1 s"), ("failover.failback", "-1s"),
        ("snapshot.maximumAge", "x"),
    ])
    func `An invalid value is an error that names its key`(key: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try read([AbsoluteConfigKey(ConfigKey("consul." + key)): text(value)])
        }
        #expect(error?.setting == key && error?.message.contains("CONSUL_") == false)
    }

    @Test func `A value of another type is an error, and not absent`() {
        for key in ["timeout", "dns.addr", "dns.hedging", "http.addr", "http.ssl", "cache.capacity", "strategy"] {
            let error = #expect(throws: ConfigurationError.self) {
                try read([AbsoluteConfigKey(ConfigKey("consul." + key)): ConfigValue(.double(1.5), isSecret: false)])
            }
            #expect(error?.setting == key)
        }
    }

    @Test func `A setting that lacks another one is an error that names the missing key`() {
        let certificate = #expect(throws: ConfigurationError.self) { try read(["consul.clientCert": "/cert.pem"]) }
        #expect(certificate?.setting == "clientKey")
        #expect(certificate?.message.contains("clientCert") == true)
        let snapshot = #expect(throws: ConfigurationError.self) { try read(["consul.snapshot.maximumAge": "1h"]) }
        #expect(snapshot?.setting == "snapshot.path")
        #expect(snapshot?.message.contains("snapshot.maximumAge") == true)
    }

    @Test func `A provider that fails is an error`() {
        let provider = FailingProvider()
        let error = #expect(throws: ConfigurationError.self) {
            try ResolverConfiguration(config: ConfigReader(provider: provider))
        }
        #expect(error?.setting == "strategy")
    }

    @Test func `Tokens and passwords are read as secrets, and no error has them`() throws {
        let reporter = SecretReporter()
        let values: [AbsoluteConfigKey: ConfigValue] = [
            "consul.http.token": "s3cret", "consul.http.auth": "user:s3cret", "consul.timeout": "1s",
        ]
        let reader = ConfigReader(provider: InMemoryProvider(values: values), accessReporter: reporter)
        let configuration = try ResolverConfiguration(config: reader.scoped(to: "consul"))
        #expect(reporter.secrets == ["consul.http.auth", "consul.http.token"])
        #expect(!describe(configuration).contains("s3cret"))
        for key in ["consul.http.token", "consul.http.auth"] {
            let number = ConfigValue(.stringArray(["s3cret"]), isSecret: false)
            let error = #expect(throws: ConfigurationError.self) {
                try read([AbsoluteConfigKey(ConfigKey(key)): number])
            }
            #expect(error?.description.contains("s3cret") == false)
        }
    }

    // MARK: Helpers

    private func read(_ values: [AbsoluteConfigKey: ConfigValue]) throws -> ResolverConfiguration {
        let reader = ConfigReader(provider: InMemoryProvider(values: values))
        return try ResolverConfiguration(config: reader.scoped(to: "consul"))
    }

    private func text(_ text: String) -> ConfigValue { ConfigValue(.string(text), isSecret: false) }

    /// All properties of a configuration in words. It has no equality, because tokens may come from closures.
    private func describe(_ configuration: ResolverConfiguration) -> String { String(reflecting: configuration) }
}

/// Collects the keys that were read as secrets and had a value.
private final class SecretReporter: AccessReporter {
    private let found = NIOLockedValueBox<Set<String>>([])

    var secrets: [String] { found.withLockedValue { $0.sorted() } }

    func report(_ event: AccessEvent) {
        guard case .success(let value?) = event.result, value.isSecret else { return }
        let key = event.metadata.key.components.joined(separator: ".")
        found.withLockedValue { _ = $0.insert(key) }
    }
}

/// A provider whose values cannot be read.
private struct FailingProvider: ConfigProvider {
    struct Failure: Error {}

    let providerName = "failing"

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult { throw Failure() }

    func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult { throw Failure() }

    nonisolated(nonsending) func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey,
        type: ConfigType,
        updatesHandler:
            nonisolated(nonsending) (
                _ updates: ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>
            ) async throws -> Return
    ) async throws -> Return {
        throw Failure()
    }

    func snapshot() -> any ConfigSnapshot { InMemoryProvider(values: [:]).snapshot() }

    nonisolated(nonsending) func watchSnapshot<Return: ~Copyable>(
        updatesHandler:
            nonisolated(nonsending) (
                _ updates: ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>
            ) async throws -> Return
    ) async throws -> Return {
        throw Failure()
    }
}

#endif
