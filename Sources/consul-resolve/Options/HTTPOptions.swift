// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The options for Consul's HTTP API. Its other settings (TLS, basic authentication) come from the environment, as for
/// Consul's own command line.
struct HTTPOptions: ParsableArguments {
    @Option(
        name: .customLong("http-address"),
        help: ArgumentHelp(
            "Consul's HTTP API: host:port, http://, https:// or unix://. Default: CONSUL_HTTP_ADDR, else 127.0.0.1:8500.",
            valueName: "url"
        )
    )
    var address: String?

    @Option(
        name: .customLong("token-file"),
        help: ArgumentHelp(
            "A file with the ACL token. Default: CONSUL_HTTP_TOKEN_FILE, else CONSUL_HTTP_TOKEN.",
            valueName: "path"
        )
    )
    var tokenFile: String?

    func validate() throws {
        if let address {
            do {
                _ = try ConsulHTTPAddress(address)
            } catch {
                throw ValidationError("--http-address: \(error)")
            }
        }
        if tokenFile?.isEmpty == true { throw ValidationError("--token-file is empty; set the path of a file") }
    }

    /// Checks that the file of ``tokenFile`` can be read. The library reads it for every request, and reports an error
    /// only when it uses the HTTP API; DNS comes first and would hide a mistyped path.
    ///
    /// - Throws: ``ExitStatus/unknown``; the reason is on standard error.
    func checkTokenFile() throws {
        guard let tokenFile else { return }
        do throws(ConsulHTTPError) { try TokenSource.file(tokenFile).checkFile() } catch {
            throw Terminal.failure("cannot query Consul: \(error)")
        }
    }

    /// A description of the token's origin, for people. A token file takes precedence over the token itself.
    var tokenName: String {
        let file = tokenFile ?? getenv("CONSUL_HTTP_TOKEN_FILE").map { String(cString: $0) } ?? ""
        return file.isEmpty ? "the token of CONSUL_HTTP_TOKEN" : "the token in \(file)"
    }

    /// The flags as environment variables, so that the same rules parse both.
    var overrides: [String: String] {
        var overrides: [String: String] = [:]
        overrides["CONSUL_HTTP_ADDR"] = address
        overrides["CONSUL_HTTP_TOKEN_FILE"] = tokenFile
        return overrides
    }
}
