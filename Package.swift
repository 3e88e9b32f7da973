// swift-tools-version: 6.3
import PackageDescription

// One room for each kind of dependency: its settings, sessions, checks and reasons of failure.
let kinds: [(room: String, library: [String])] = [
    ("MongoProbe", ["CMongoc"]),
    ("RedisProbe", ["CHiredis"]),
    ("OIDCProbe", []),
]

// What every kind leans on.
let probing = ["TenantCore", "Checking", "BlockingIO", "Platform", "Transport"]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func named(_ targets: [String]) -> [Target.Dependency] { targets.map { .target(name: $0) } }

func tests(_ subject: String, on targets: [String]? = nil) -> Target {
    .testTarget(name: "\(subject)Tests", dependencies: named(targets ?? [subject]), swiftSettings: [.swiftLanguageMode(.v6)])
}

func room(_ name: String, on targets: [String] = [], external: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: named(targets) + external, swiftSettings: strict)
}

let package = Package(
    name: "tenantwatch",
    products: [
        .executable(name: "tenantwatch", targets: ["tenantwatch"]),
        .library(name: "TenantCore", targets: ["TenantCore"]),
        .library(name: "CFaults", type: .dynamic, targets: ["CFaults"]),
        .library(name: "CMemory", type: .dynamic, targets: ["CMemory"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Tenants: their configuration and who a request belongs to. Other services may import it as it stands.
        room("TenantCore", external: [crypto]),
        // The seams and the values that pass through them: checks, observations, statuses, transitions.
        room("Checking", on: ["TenantCore", "Platform"]),
        // The few things of the C library that Foundation lacks.
        room("Platform", on: ["CPlatform"]),
        // The only threads of ours: lanes for calls that block, pools of kept sessions, writers.
        room("BlockingIO", on: ["TenantCore", "Checking", "Platform"]),
        // libcurl made safe: TCP, TLS and HTTP with phases, a deadline and a network policy.
        room("Transport", on: ["TenantCore", "Checking", "BlockingIO", "Platform", "CCurl"]),
        // What is due when, and the round from a due check to its observation.
        room("Scheduling", on: ["TenantCore", "Checking", "BlockingIO", "Platform"]),
        // The catalogue of metrics, the ledger of figures and their text exposition.
        room("TenantMetrics", on: ["TenantCore", "Checking", "Platform"]),
        // The audit log: one JSON object a line for everything that somebody may ask about later.
        room("Audit", on: ["TenantCore", "Checking", "BlockingIO", "Platform"]),
        // SQLite databases: opened, migrated, durable.
        room("Storage", on: ["Platform"], external: [grdb]),
        // RE2 made safe: regular expressions that match in linear time and bounded memory.
        room("RegularExpressions", on: ["CRE2"]),
        // Rules, the alert engine, routes, silences, the outbox and the delivery of notifications.
        room(
            "Alerting", on: ["TenantCore", "Checking", "BlockingIO", "Platform", "RegularExpressions", "Storage", "Transport"],
            external: [crypto, grdb, heap, mustache]),
        // The HTTP side: metrics and health over snapshots of what was observed.
        room(
            "StatusServer", on: ["TenantCore", "Checking", "Platform", "BlockingIO", "TenantMetrics", "Storage", "Alerting"],
            external: [hummingbird, hummingbirdCore, log, nio, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1]),
        // Commands, settings and the composition of all rooms.
        .executableTarget(
            name: "tenantwatch",
            dependencies: named(
                [
                    "TenantCore", "Checking", "Platform", "BlockingIO", "Scheduling", "TenantMetrics", "Audit", "Storage", "Alerting",
                    "StatusServer", "Transport",
                ] + kinds.map(\.room)) + [arguments, crypto, hummingbird, lifecycle, log, yams],
            swiftSettings: strict),

        .systemLibrary(name: "CPlatform"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMongoc", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        // Without pkg-config, whose answer for hiredis holds a flag that SwiftPM prohibits.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        // The one target in C++: RE2 (Debian's libre2-dev) has no header for C.
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Real servers, started on free ports; what no honest server does comes from a scripted one.
        .target(name: "RealServers", path: "Tests/RealServers"),
        // A disk that fails or forgets under the agents of the tests, by LD_PRELOAD.
        .target(name: "CFaults", path: "Tests/CFaults"),
        // What such an agent holds, likewise.
        .target(name: "CMemory", path: "Tests/CMemory"),
        // `make bench`: the agent's cost beside bare C loops over the same libraries.
        .target(name: "CBare", dependencies: named(["CHiredis", "CMongoc"]), path: "Benchmarks/CBare"),
        .executableTarget(
            name: "tenantwatch-bench",
            dependencies: named([
                "CBare", "Alerting", "TenantCore", "Checking", "Platform", "BlockingIO", "MongoProbe", "RedisProbe", "Scheduling",
                "TenantMetrics",
                "RealServers",
            ]), path: "Benchmarks/Bench", swiftSettings: strict),
        tests("TenantCore"),
        tests("Platform"),
        tests("RegularExpressions"),
        tests("Checking", on: ["Checking", "Platform", "TenantCore"]),
        tests("BlockingIO", on: ["BlockingIO", "Checking", "Platform"]),
        tests("Scheduling", on: ["Scheduling", "BlockingIO", "Checking", "Platform", "TenantCore"]),
        tests("Metrics", on: ["TenantMetrics", "Checking", "TenantCore"]),
        tests("Simulation", on: ["Alerting", "BlockingIO", "Checking", "Platform", "Scheduling", "TenantCore", "TenantMetrics"]),
        tests("Audit", on: ["Alerting", "Audit", "Checking", "Platform", "TenantCore", "RealServers"]),
        tests("Alerting", on: ["Alerting", "BlockingIO", "Checking", "Platform", "Storage", "TenantCore", "RealServers"]),
        tests("StatusServer", on: ["StatusServer"]),
        tests("Transport", on: ["Transport", "Checking", "TenantCore", "RealServers"]),
        tests("OIDCProbe", on: probing + ["OIDCProbe"]),
        tests("MongoProbe", on: probing + ["MongoProbe", "RealServers"]),
        tests("RedisProbe", on: probing + ["RedisProbe"]),
        tests("Probe", on: probing + kinds.map(\.room) + ["RealServers"]),
        tests("Agent", on: ["TenantCore", "TenantMetrics", "Transport", "RealServers"]),
    ] + kinds.map { room($0.room, on: probing + $0.library) }
)
