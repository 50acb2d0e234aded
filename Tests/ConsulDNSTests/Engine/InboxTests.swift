// SPDX-License-Identifier: Apache-2.0

#if DNS
import ResolverSupport
import Testing

@testable import ConsulDNS

struct InboxTests {
    private let inbox = Inbox()
    private let waiter = QueryWaiter(
        query: .srv("web.service.consul"),
        route: Route(server: .loopback(8600), transport: .udp),
        askedAt: 0,
        deadline: 1
    )

    /// Takes the commands as the owner does, and returns their number.
    private func take(givingTurn: Bool = true) -> Int {
        var commands: [Inbox.Command] = []
        _ = inbox.take(into: &commands, givesTurn: givingTurn)
        return commands.count
    }

    @Test func `An owner that has not rested yet receives every submission`() {
        #expect(inbox.submit(waiter) == .accepted)
        #expect(inbox.submit(waiter) == .accepted)
        #expect(take() == 2)
    }

    @Test func `One caller has a turn while the owner rests, and the next one has to wake the owner`() {
        #expect(take() == 0)
        #expect(inbox.submit(waiter) == .turn)
        #expect(!inbox.endTurn())
        #expect(inbox.submit(waiter) == .acceptedAndOwnerRests)
        #expect(inbox.submit(waiter) == .accepted)
        #expect(take() == 2)
    }

    @Test func `A caller has no turn if the owner gives none`() {
        #expect(take(givingTurn: false) == 0)
        #expect(inbox.submit(waiter) == .acceptedAndOwnerRests)
    }

    @Test func `A caller has no turn after the owner has woken up`() {
        #expect(take() == 0)
        inbox.ownerWakes()
        #expect(inbox.submit(waiter) == .accepted)
        #expect(take() == 1)
    }

    @Test func `A caller whose turn ends wakes the owner for commands that have arrived meanwhile`() {
        #expect(take() == 0)
        #expect(inbox.submit(waiter) == .turn)
        #expect(inbox.submit(waiter) == .accepted)
        #expect(inbox.add(.cancel(waiter)) == .accepted)
        #expect(inbox.endTurn())
        #expect(inbox.submit(waiter) == .accepted)
        #expect(take() == 3)
    }

    @Test func `A caller whose turn ends leaves the commands to an owner that has woken up`() {
        #expect(take() == 0)
        #expect(inbox.submit(waiter) == .turn)
        inbox.ownerWakes()
        #expect(inbox.submit(waiter) == .accepted)
        #expect(!inbox.endTurn())
        #expect(take() == 1)
    }

    @Test func `A cancellation is a command, and wakes an owner that rests`() {
        #expect(take() == 0)
        #expect(inbox.add(.cancel(waiter)) == .acceptedAndOwnerRests)
        #expect(inbox.submit(waiter) == .accepted)
        #expect(take() == 2)
    }

    @Test func `A closed inbox gives no turn and takes no command`() {
        #expect(take() == 0)
        #expect(inbox.close())
        #expect(!inbox.close())
        #expect(inbox.submit(waiter) == .closed)
        #expect(inbox.add(.cancel(waiter)) == .closed)
    }
}
#endif
