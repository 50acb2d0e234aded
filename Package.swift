// swift-tools-version: 6.2
import PackageDescription

/// Applied to every Swift target: the language mode is 6 already, these are the upcoming rules the code is held to.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-consul-resolver",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ConsulResolver", targets: ["ConsulResolver"]),
        .library(name: "ConsulDNS", targets: ["ConsulDNS"]),
        .executable(name: "consul-resolve", targets: ["consul-resolve"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    ],
    targets: [
        // MARK: Foundations: addresses, wire format, c-ares
        .systemLibrary(
            name: "CLibcares",
            pkgConfig: "libcares",
            providers: [.apt(["libc-ares-dev"]), .yum(["c-ares-devel"]), .brew(["c-ares"])]
        ),
        .target(name: "CAres", dependencies: ["CLibcares"]),
        .target(name: "NetworkAddress", swiftSettings: strict),
        .target(name: "DNSWire", dependencies: ["NetworkAddress"], swiftSettings: strict),

        // MARK: Engines
        .target(
            name: "ConsulDNS",
            dependencies: [
                "CAres", "DNSWire", "NetworkAddress",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(name: "LoadBalancing", dependencies: ["NetworkAddress"], swiftSettings: strict),

        // MARK: What users import
        .target(
            name: "ConsulResolver",
            dependencies: [
                "ConsulDNS", "DNSWire", "LoadBalancing", "NetworkAddress",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "consul-resolve",
            dependencies: [
                "ConsulDNS", "ConsulResolver", "DNSWire", "NetworkAddress",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "QuickStart",
            dependencies: ["ConsulResolver"],
            path: "examples/QuickStart",
            swiftSettings: strict
        ),

        // MARK: Tests, and what they stand on
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(name: "NetworkAddressTests", dependencies: ["NetworkAddress"], swiftSettings: strict),
        .testTarget(name: "DNSWireTests", dependencies: ["DNSWire", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConsulDNSTests",
            dependencies: ["CAres", "ConsulDNS", "DNSWire", "NetworkAddress", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsulResolverTests",
            dependencies: ["ConsulResolver", "TestSupport"],
            resources: [.copy("Conformance/cases.json")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsulResolveTests",
            dependencies: ["consul-resolve", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ]
)
