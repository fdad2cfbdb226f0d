// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "Story",
    platforms: [.iOS(.v16), .macOS(.v13)],
    dependencies: [.package(name: "AppealsClient", path: "generated")],
    targets: [.executableTarget(name: "Story", dependencies: ["AppealsClient"])]
)
