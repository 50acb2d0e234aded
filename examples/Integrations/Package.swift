// swift-tools-version: 6.2
import PackageDescription

/// The examples that need more packages than the library itself. They are a package of their own, so that the library's
/// users do not fetch Hummingbird or grpc-swift.
let package = Package(
    name: "integrations",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-consul-resolver", path: "../..", traits: [.defaults, "GRPC"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.2.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.4.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "GRPCGreeting",
            dependencies: [
                .product(name: "ConsulCoordination", package: "swift-consul-resolver"),
                .product(name: "ConsulGRPC", package: "swift-consul-resolver"),
                .product(name: "ConsulResolver", package: "swift-consul-resolver"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "GRPCGreeting"
        ),
        .executableTarget(
            name: "HummingbirdService",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ConsulCoordination", package: "swift-consul-resolver"),
                .product(name: "ConsulResolver", package: "swift-consul-resolver"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "HummingbirdService"
        ),
    ]
)
