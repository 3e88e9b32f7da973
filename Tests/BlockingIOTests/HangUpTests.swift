import BlockingIO
import Checking
import Dispatch
import Platform
import Testing

/// What becomes of kept sessions whose server closes them.
struct HangUpTests {
    @Test func `a kept session that hangs up is dropped, and its backend reported`() throws {
        let rig = try HangUpRig()
        try rig.use()
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
        #expect(rig.pool.idleCount == 0)
        try rig.use()
        #expect(rig.dials == 2)
    }

    @Test func `bytes that come unasked are no hang-up`() throws {
        let rig = try HangUpRig()
        try rig.use()
        rig.speak()
        // The watch takes events in order: what it reports next must be the hang-up of the other pool.
        let other = try HangUpRig(watch: rig.watch, name: "other:1")
        try other.use()
        other.hangUp()
        #expect(rig.nextReport() == other.backend)
        #expect(rig.pool.idleCount == 1)
    }

    @Test func `a session that hangs up while it is in use is not reported and not kept`() throws {
        let rig = try HangUpRig()
        try rig.use()
        let reference = try HangUpRig(watch: rig.watch, name: "other:1")
        try reference.use()
        try rig.use {
            rig.hangUp()
            reference.hangUp()
            #expect(rig.nextReport() == reference.backend)
        }
        #expect(rig.pool.idleCount == 0)
    }

    @Test func `a server that closes idle connections again is not reported again`() throws {
        let rig = try HangUpRig()
        var oldest = Duration.zero
        for _ in 0..<3 {
            let begun = ContinuousClock.now
            try rig.use()
            // Each connection idles longer than the one before can have, however late that was seen to be gone.
            rig.wait(oldest + .milliseconds(20))
            rig.hangUp()
            #expect(rig.isDropped())
            oldest = .now - begun
        }
        #expect(rig.reports == [rig.backend])
    }

    @Test func `once a connection has idled longer than that, a hang-up is news again`() throws {
        let rig = try HangUpRig()
        let begun = ContinuousClock.now
        try rig.use()
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
        let first = ContinuousClock.now - begun
        try rig.use()
        rig.wait(first * 1.5)
        try rig.use()
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
    }

    @Test func `a server that could not be reached after it hung up had no habit`() throws {
        let rig = try HangUpRig()
        try rig.use()
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
        #expect(throws: ProbeFailure.self) { try rig.fail() }
        try rig.use()
        // Older than the first connection was, and younger than what proves another habit.
        rig.wait(.milliseconds(20))
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
        #expect(rig.reports.count == 2)
    }

    @Test func `a session that has dialled anew is watched by its new socket`() throws {
        let rig = try HangUpRig()
        try rig.use()
        try rig.use { rig.redial() }
        rig.hangUp()
        #expect(rig.nextReport() == rig.backend)
    }
}
