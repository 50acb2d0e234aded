// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of a candidate.
struct CampaignTests {
    @Test func `A candidate without a gate campaigns at once`() {
        #expect(Campaign(gateInterval: nil).resumed() == .campaign)
    }

    @Test func `A candidate with a gate asks it, and asks again while it is closed`() {
        let campaign = Campaign(gateInterval: .seconds(2))
        #expect(campaign.resumed() == .askGate)
        #expect(campaign.gateAnswered(true, chance: 0) == .campaign)
        #expect(campaign.gateAnswered(false, chance: 0) == .pause(.seconds(2)))
        #expect(campaign.gateAnswered(false, chance: 1) == .pause(.milliseconds(2500)))
    }

    @Test func `A candidate that gave its leadership away lets others lead first`() {
        var campaign = Campaign(gateInterval: .seconds(4))
        #expect(campaign.ended(.resigned, chance: 0) == .pause(.seconds(1)))
        #expect(campaign.ended(.resigned, chance: 1) == .pause(.seconds(2)))
        #expect(campaign.ended(.gateClosed, chance: 0) == .pause(.seconds(4)))
    }

    @Test func `The pauses of a candidate grow from failure to failure until it is elected`() {
        var campaign = Campaign(gateInterval: nil)
        let pauses = (0..<8).map { _ in campaign.ended(.failed, chance: 1) }
        #expect(pauses.first == .pause(.milliseconds(250)))
        #expect(pauses.last == .pause(.seconds(10)))
        #expect(campaign.ended(.lost, after: .zero, chance: 1) == .pause(.milliseconds(250)))
    }

    @Test func `A candidate whose body fails lets others lead first, and pauses longer from failure to failure`() {
        var campaign = Campaign(gateInterval: nil)
        let pauses = (0..<8).map { _ in campaign.ended(.bodyFailed, after: .seconds(1), chance: 0) }
        #expect(pauses.first == .pause(.seconds(1)))
        #expect(pauses[4] == .pause(.seconds(2)))
        #expect(pauses.last == .pause(.seconds(5)))
    }

    @Test func `A long term begins the pauses after failures of the body again`() {
        var campaign = Campaign(gateInterval: nil)
        for _ in 0..<8 { _ = campaign.ended(.bodyFailed, after: .seconds(1), chance: 0) }
        #expect(campaign.ended(.bodyFailed, after: Campaign.longTerm, chance: 0) == .pause(.seconds(1)))
        #expect(campaign.ended(.failed, chance: 1) == .pause(.milliseconds(500)))
    }
}
