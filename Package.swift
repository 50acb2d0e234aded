// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: upcoming features in addition to language mode 6.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The settings with warnings as errors in this project's CI. Users' newer compilers may emit new warnings.
let settings = strict + (Context.environment["WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// The DocC plugin, which is fetched only to build the documentation.
let documentation: [Package.Dependency] =
    Context.environment["DOCUMENTATION"] == nil
    ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0")]

let package = Package(
    name: "swift-consul-resolver",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ConsulResolver", targets: ["ConsulResolver"]),
        .library(name: "ConsulDNS", targets: ["ConsulDNS"]),
        .library(name: "ConsulHTTP", targets: ["ConsulHTTP"]),
        .library(name: "ConsulCoordination", targets: ["ConsulCoordination"]),
        .library(name: "ConfigurationConsul", targets: ["ConfigurationConsul"]),
        .library(name: "ConsulGRPC", targets: ["ConsulGRPC"]),
        .library(name: "LoadBalancing", targets: ["LoadBalancing"]),
        .library(name: "ConsulTesting", targets: ["ConsulTesting"]),
        .executable(name: "consul-resolve", targets: ["consul-resolve"]),
    ],
    traits: [
        .default(enabledTraits: ["DNS"]),
        .trait(name: "DNS", description: "Lookups over DNS by the system's c-ares, besides Consul's HTTP API"),
        .trait(name: "Configuration", description: "swift-configuration: a provider, and the settings of a resolver"),
        .trait(name: "Tracing", description: "Spans of swift-distributed-tracing for lookups, requests and locks"),
        .trait(name: "GRPC", description: "A name resolver and a balancing transport for grpc-swift 2: ConsulGRPC"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        // Its default trait JSON needs all of Foundation: 50 MB of a program that is linked statically.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0", traits: []),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.24.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ] + documentation,
    targets: [
        // MARK: Foundations: addresses, wire format, c-ares
        .systemLibrary(
            name: "CLibcares",
            pkgConfig: "libcares",
            providers: [.apt(["libc-ares-dev"]), .yum(["c-ares-devel"]), .brew(["c-ares"])]
        ),
        .target(name: "CAres", dependencies: ["CLibcares"]),
        .target(name: "NetworkAddress", swiftSettings: settings),
        .target(
            name: "ResolverSupport",
            dependencies: [
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(name: "DNSWire", dependencies: ["NetworkAddress"], swiftSettings: settings),

        // MARK: Engines
        .target(
            name: "ConsulDNS",
            dependencies: [
                .target(name: "CAres", condition: .when(traits: ["DNS"])),
                "DNSWire", "NetworkAddress", "ResolverSupport",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ConsulHTTP",
            dependencies: [
                "NetworkAddress", "ResolverSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "Tracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "LoadBalancing",
            dependencies: [
                "NetworkAddress", "ResolverSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        // MARK: Coordination
        .target(
            name: "ConsulCoordination",
            dependencies: [
                "ConsulHTTP", "NetworkAddress", "ResolverSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "Tracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ConfigurationConsul",
            dependencies: [
                "ConsulCoordination", "ConsulHTTP",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
            ],
            swiftSettings: settings
        ),

        // MARK: The layers of a resolution, from the model up
        .target(
            name: "ResolutionModel",
            dependencies: [
                "ConsulDNS", "ConsulHTTP", "DNSWire", "LoadBalancing", "NetworkAddress", "ResolverSupport",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ResolutionSources",
            dependencies: [
                "ConsulDNS", "ConsulHTTP", "DNSWire", "LoadBalancing", "NetworkAddress", "ResolutionModel",
                "ResolverSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ResolutionSnapshot",
            dependencies: [
                "ConsulDNS", "LoadBalancing", "NetworkAddress", "ResolutionModel", "ResolverSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ResolutionCache",
            dependencies: [
                "NetworkAddress",
                "ConsulDNS", "ConsulHTTP", "LoadBalancing", "ResolutionModel", "ResolutionSnapshot", "ResolverSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ResolutionFailover",
            dependencies: [
                "ResolutionModel", "ResolverSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "EndpointProbing",
            dependencies: [
                "ConsulHTTP",
                "LoadBalancing", "NetworkAddress", "ResolutionModel", "ResolverSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),

        // MARK: Resolver, command line and examples
        .target(
            name: "ConsulResolver",
            dependencies: [
                .product(name: "NIOPosix", package: "swift-nio"),
                "ConsulDNS", "ConsulHTTP", "DNSWire", "EndpointProbing", "LoadBalancing", "NetworkAddress",
                "ResolutionCache",
                "ResolutionFailover", "ResolutionModel", "ResolutionSnapshot", "ResolutionSources", "ResolverSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "Tracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ConsulGRPC",
            dependencies: [
                "ConsulResolver", "DNSWire", "LoadBalancing", "NetworkAddress", "ResolutionModel",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["GRPC"])),
                .product(
                    name: "GRPCNIOTransportHTTP2Posix",
                    package: "grpc-swift-nio-transport",
                    condition: .when(traits: ["GRPC"])
                ),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "consul-resolve",
            dependencies: [
                "ConsulCoordination", "ConsulDNS", "ConsulHTTP", "ConsulResolver", "DNSWire", "ResolverSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "QuickStart",
            dependencies: ["ConsulResolver"],
            path: "examples/QuickStart",
            swiftSettings: settings
        ),
        .target(
            name: "ExampleServers",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "examples/ExampleServers",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FailoverClient",
            dependencies: [
                "ConsulResolver", "ExampleServers",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "examples/FailoverClient",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Resilience",
            dependencies: [
                "ConsulResolver", "ExampleServers", "LoadBalancing",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "examples/Resilience",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FencedJob",
            dependencies: ["ConsulCoordination", .product(name: "Logging", package: "swift-log")],
            path: "examples/FencedJob",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LeaderWorkers",
            dependencies: [
                "ConsulCoordination",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "examples/LeaderWorkers",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "GracefulService",
            dependencies: [
                "ConsulCoordination",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "examples/GracefulService",
            swiftSettings: settings
        ),

        // MARK: Development tools
        .target(
            name: "BalancingSimulation",
            dependencies: ["LoadBalancing", "NetworkAddress", "ResolverSupport"],
            path: "Tools/BalancingSimulation",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "measure-parsing",
            dependencies: ["ConsulDNS", "DNSWire", "ResolverSupport"],
            path: "Tools/measure-parsing",
            exclude: ["Messages"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "stress-balancing",
            dependencies: ["LoadBalancing", "NetworkAddress"],
            path: "Tools/stress-balancing",
            swiftSettings: settings
        ),
        .target(
            name: "CompletenessSweep",
            dependencies: ["ConsulDNS", "ConsulResolver", "DNSWire", "NetworkAddress", "TestSupport"],
            path: "Tools/CompletenessSweep",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sweep-completeness",
            dependencies: ["CompletenessSweep", "TestSupport"],
            path: "Tools/sweep-completeness",
            swiftSettings: settings
        ),
        .target(
            name: "Chaos",
            dependencies: [
                "ClientSupport", "ConsulCoordination", "ConsulHTTP", "ConsulResolver", "LoadBalancing",
                "ResolutionModel", "ResolutionSnapshot", "ResolverSupport", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            path: "Tools/Chaos",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "run-chaos",
            dependencies: ["Chaos"],
            path: "Tools/run-chaos",
            swiftSettings: settings
        ),
        .target(
            name: "LockHistories",
            dependencies: [
                "ClientSupport", "ConsulCoordination", "ConsulHTTP", "ResolverSupport", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            path: "Tools/LockHistories",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "check-locks",
            dependencies: ["LockHistories"],
            path: "Tools/check-locks",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "run-soak",
            dependencies: [
                "ClientSupport", "ConsulCoordination", "ConsulHTTP", "ConsulResolver", "LoadBalancing", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            path: "Tools/run-soak",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "simulate-balancing",
            dependencies: ["BalancingSimulation"],
            path: "Tools/simulate-balancing",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "measure-coordination",
            dependencies: [
                "ClientSupport", "ConsulCoordination", "ConsulHTTP", "ConsulResolver", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tools/measure-coordination",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "measure-decoding",
            dependencies: ["ConsulHTTP"],
            path: "Tools/measure-decoding",
            swiftSettings: settings
        ),

        // MARK: Support of tests, those of users and our own
        .target(
            name: "TestBasics",
            dependencies: [
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ConsulTesting",
            dependencies: [
                "ConsulDNS", "ConsulHTTP", "ConsulResolver", "DNSWire", "LoadBalancing", "NetworkAddress",
                "ResolutionModel", "ResolverSupport", "TestBasics",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulTestingTests",
            dependencies: ["ConsulResolver", "ConsulTesting", "LoadBalancing", "TestBasics"],
            swiftSettings: settings
        ),

        // MARK: Tests and their support
        .target(name: "CTestParallelism", path: "Tests/CTestParallelism"),
        .target(
            name: "TestSupport",
            dependencies: [
                "TestBasics",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/TestSupport",
            resources: [.copy("Recordings")],
            swiftSettings: settings
        ),
        .testTarget(name: "NetworkAddressTests", dependencies: ["NetworkAddress"], swiftSettings: settings),
        .testTarget(
            name: "ResolverSupportTests",
            dependencies: [
                "ResolverSupport", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DNSWireTests",
            dependencies: ["DNSWire", "NetworkAddress", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulDNSTests",
            dependencies: [
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"), "CAres", "ConsulDNS", "DNSWire",
                "NetworkAddress", "ResolverSupport", "TestSupport",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ClientSupport",
            dependencies: ["ConsulHTTP", "TestSupport"],
            path: "Tests/ClientSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulHTTPTests",
            dependencies: [
                "ClientSupport", "ConsulHTTP", "NetworkAddress", "ResolverSupport", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulCoordinationTests",
            dependencies: [
                "ClientSupport", "ConsulCoordination", "ConsulHTTP", "NetworkAddress", "ResolverSupport", "TestSupport",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "InMemoryTracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
                .product(
                    name: "Tracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConfigurationConsulTests",
            dependencies: [
                "ConfigurationConsul", "ConsulCoordination", "ConsulHTTP", "ConsulResolver", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(
                    name: "ConfigurationTesting",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulGRPCTests",
            dependencies: [
                "ConsulGRPC", "ConsulResolver", "LoadBalancing", "TestSupport",
                .product(name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["GRPC"])),
                .product(
                    name: "GRPCNIOTransportHTTP2Posix",
                    package: "grpc-swift-nio-transport",
                    condition: .when(traits: ["GRPC"])
                ),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LoadBalancingTests",
            dependencies: [
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"), "LoadBalancing", "NetworkAddress",
                "ResolverSupport", "TestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BalancingSimulationTests",
            dependencies: ["BalancingSimulation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulResolverTests",
            dependencies: [
                "NetworkAddress",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
                "LoadBalancing",
                "DNSWire",
                "ConsulHTTP",
                "ConsulDNS",
                "CompletenessSweep", "ConsulResolver", "EndpointProbing", "ResolutionCache", "ResolutionFailover",
                "ResolutionModel",
                "ResolutionSnapshot", "ResolutionSources", "ResolverSupport", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(
                    name: "InMemoryTracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
                .product(
                    name: "Tracing",
                    package: "swift-distributed-tracing",
                    condition: .when(traits: ["Tracing"])
                ),
            ],
            resources: [.copy("Conformance/cases.json")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsulResolveTests",
            dependencies: [
                "ConsulCoordination", "ConsulHTTP", "ConsulResolver", "consul-resolve", "TestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "ChaosTests", dependencies: ["Chaos", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LockHistoriesTests",
            dependencies: ["ConsulCoordination", "ConsulHTTP", "LockHistories", "ResolverSupport", "TestSupport"],
            swiftSettings: settings
        ),
        // All test targets are linked into one program, so one that depends on CTestParallelism is enough.
        .testTarget(
            name: "TestSupportTests",
            dependencies: ["CTestParallelism", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
