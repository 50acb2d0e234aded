// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Answers DNS queries as an agent of the imitated version would.
struct DNSDresser: Sendable {
    let agent: DressedAgent

    private var dress: AgentDress.DNS { agent.dress.dns }

    /// Returns the answer to a query. An error means that the agent sent none.
    ///
    /// A newer version trims at a different point than 1.8.7, since its answers are larger. This method therefore takes
    /// the agent's answer over TCP, which is complete, and trims that.
    func answer(to question: [UInt8], over transport: DNSTransport) async throws -> [UInt8] {
        let own = try await agent.ask(question, over: transport)
        guard dress != AgentDress.DNS(), let reply = DNSReply(reading: own), !reply.answers.isEmpty else { return own }
        let whole = transport == .tcp ? reply : try await DNSReply(reading: agent.ask(question, over: .tcp))
        guard let whole, !whole.answers.isEmpty else { return own }
        guard try await !isTrimmed(whole, question) else { return keepingCase(reply.withoutOPT(dress.trimsOPT)).bytes }
        let query = ScriptedQuery(bytes: question, transport: transport, sequence: 0, connection: nil, sourcePort: 0)
        let trimming = transport == .tcp ? .stream : AnswerTrimming.datagram(ednsSize: query.ednsSize)
        return keepingCase(dressed(whole, by: trimming)).bytes
    }

    private func dressed(_ whole: DNSReply, by trimming: AnswerTrimming) -> DNSReply {
        let options = whole.additional.filter { $0.data.type == DNSType.opt }
        var content = withVersion(whole.withoutOPT(true))
        if dress.trimsOPT { content.additional += options }
        var (reply, wasTrimmed) = trimming.trimmed(content)
        if !dress.trimsOPT { reply.additional += options }
        // Over UDP, Consul sets TC only if answers were dropped.
        let isFlagged = trimming == .stream ? wasTrimmed : reply.answers.count < whole.answers.count
        reply.isTruncated = isFlagged && agent.flagsTruncation
        return reply
    }

    /// Returns true if the agent itself trimmed its answer over TCP.
    ///
    /// Trimming leaves one additional record for each target, so any other section proves that the answer was not
    /// trimmed. Otherwise the number of answers and texts is compared with the catalog, twice, because it may change
    /// between queries.
    private func isTrimmed(_ whole: DNSReply, _ question: [UInt8]) async throws -> Bool {
        var reply = whole
        for _ in 1...2 {
            guard reply.isReducedToTargets else { return false }
            guard let expected = try await expectation(of: reply), !expected.isMet(by: reply) else { return false }
            guard let again = DNSReply(reading: try await agent.ask(question, over: .tcp)) else { return true }
            reply = again
        }
        return true
    }

    private struct Expectation: Sendable {
        var answers: Int
        var texts: Int

        func isMet(by reply: DNSReply) -> Bool {
            reply.answers.count >= answers && reply.additional.count { $0.data.type == DNSType.txt } >= texts
        }
    }

    /// Returns the expected counts for an SRV query of a service, from the catalog; `nil` for other queries.
    private func expectation(of reply: DNSReply) async throws -> Expectation? {
        guard reply.questionType == DNSType.srv, let name = reply.questionName,
            let read = healthRead(name.lowercased.labels.map { String(decoding: $0, as: UTF8.self) })
        else { return nil }
        let answer = try await agent.forward(read)
        guard answer.status == 200 else { return nil }
        var places: Set<[String]> = []
        let shown = try SeenInstance.list(answer.body).filter { instance in
            let place = [instance.node.name, instance.service.address, "\(instance.service.port)"]
            return !instance.checks.contains { $0.status == "critical" } && places.insert(place).inserted
        }
        return Expectation(answers: shown.count, texts: shown.reduce(0) { $0 + ($1.node.metadata?.count ?? 0) })
    }

    /// Returns the HTTP request equivalent to the name `[TAG.]NAME.service[.DC].DOMAIN` or `_NAME._TAG.service…`.
    private func healthRead(_ labels: [String]) -> DressedRequest? {
        let zone = agent.domain.lowercased().split(separator: ".").map(String.init)
        guard labels.count > zone.count, Array(labels.suffix(zone.count)) == zone else { return nil }
        let parts = labels.dropLast(zone.count)
        guard let kind = parts.lastIndex(of: "service"), parts.count - kind <= 2, (1...2).contains(kind) else {
            return nil
        }
        let isRFC2782 = kind == 2 && parts[0].hasPrefix("_") && parts[1].hasPrefix("_")
        let name = isRFC2782 ? String(parts[0].dropFirst()) : parts[kind - 1]
        let tag = isRFC2782 ? String(parts[1].dropFirst()) : kind == 2 ? parts[0] : nil
        var read = DressedRequest(reading: "/v1/health/service/\(name)", token: agent.defaultToken)
        read[parameter: "stale"] = ""
        if let tag, tag != "tcp" || !isRFC2782 { read[parameter: "tag"] = tag }
        if kind + 1 < parts.count { read[parameter: "dc"] = parts[kind + 1] }
        return read
    }

    /// Returns the reply with a version text beside each text that agents attach by default.
    private func withVersion(_ reply: DNSReply) -> DNSReply {
        guard let version = dress.versionInMetadata else { return reply }
        return reply.with {
            $0.additional = reply.additional.flatMap { record -> [DNSRecord] in
                guard record.data == .txt(["consul-network-segment="]) else { return [record] }
                var other = record
                other.data = .txt(["consul-version=\(version)"])
                return [record, other]
            }
        }
    }

    /// Returns the reply with the domain spelled as in the query, in targets and in the names of additional records.
    private func keepingCase(_ reply: DNSReply) -> DNSReply {
        let zone = DNSName(agent.domain).lowercased.labels
        guard dress.keepsCaseOfDomain, let asked = reply.questionName?.labels.suffix(zone.count), !asked.isEmpty,
            DNSName(labels: Array(asked)).lowercased.labels == zone
        else { return reply }
        func respelled(_ name: DNSName) -> DNSName {
            guard name.labels.suffix(zone.count).elementsEqual(zone) else { return name }
            return DNSName(labels: name.labels.dropLast(zone.count) + asked)
        }
        return reply.with {
            $0.answers = reply.answers.map { record in
                guard case .srv(let priority, let weight, let port, let target) = record.data else { return record }
                var changed = record
                changed.data = .srv(priority: priority, weight: weight, port: port, target: respelled(target))
                return changed
            }
            $0.additional = reply.additional.map { record in
                var changed = record
                changed.owner = respelled(record.owner)
                return changed
            }
        }
    }
}

extension DNSReply {
    fileprivate func withoutOPT(_ isMeant: Bool) -> DNSReply {
        with { if isMeant { $0.additional.removeAll { $0.data.type == DNSType.opt } } }
    }
}
