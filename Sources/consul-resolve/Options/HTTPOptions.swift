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

/// How Consul's HTTP API is reached. Everything else about it (TLS, basic authentication) is in the environment, where
/// Consul's own command line has it.
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
        if tokenFile?.isEmpty == true { throw ValidationError("--token-file is empty; give the path of a file") }
    }

    /// Looks whether the file of ``tokenFile`` can be read. The library reads it for every request, and tells about it when
    /// the HTTP API is asked; DNS, which is asked first, would hide a mistyped path.
    ///
    /// - Throws: ``ExitStatus/unknown``; the reason is on standard error.
    func checkTokenFile() throws {
        guard let tokenFile else { return }
        do throws(ConsulHTTPError) { try TokenSource.file(tokenFile).checkFile() } catch {
            Terminal.say("cannot ask anything: \(error)")
            throw ExitStatus.unknown
        }
    }

    /// Where the token comes from if there is one, for people. A file wins over the token itself.
    var tokenName: String {
        let file = tokenFile ?? getenv("CONSUL_HTTP_TOKEN_FILE").map { String(cString: $0) } ?? ""
        return file.isEmpty ? "the token of CONSUL_HTTP_TOKEN" : "the token in \(file)"
    }

    /// What the flags say, as variables of the environment: they are read by the same rules.
    var overrides: [String: String] {
        var overrides: [String: String] = [:]
        overrides["CONSUL_HTTP_ADDR"] = address
        overrides["CONSUL_HTTP_TOKEN_FILE"] = tokenFile
        return overrides
    }
}
