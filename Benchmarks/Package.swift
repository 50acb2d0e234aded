// swift-tools-version: 6.2
import PackageDescription

// A separate package, so that users of the library do not resolve its dependencies.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-consul-resolver", path: ".."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    ],
    targets: [
        .executableTarget(
            name: "Balancing",
            dependencies: [.product(name: "LoadBalancing", package: "swift-consul-resolver")],
            path: "Benchmarks/Balancing"
        ),
        .executableTarget(
            name: "Caching",
            dependencies: [.product(name: "ConsulResolver", package: "swift-consul-resolver")],
            path: "Benchmarks/Caching"
        ),
        .executableTarget(
            name: "Guarding",
            dependencies: [.product(name: "ConsulDNS", package: "swift-consul-resolver")],
            path: "Benchmarks/Guarding"
        ),
        .executableTarget(
            name: "Outage",
            dependencies: [
                .product(name: "ConsulResolver", package: "swift-consul-resolver"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/Outage"
        ),
        .executableTarget(
            name: "Watching",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ConsulResolver", package: "swift-consul-resolver"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Benchmarks/Watching"
        ),
    ]
)
