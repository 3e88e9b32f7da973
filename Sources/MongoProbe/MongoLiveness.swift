internal import BlockingIO
internal import Checking
internal import TenantCore

/// Asks whether a tenant's MongoDB database answers and lets its user in.
///
/// Liveness is what an official driver needs: a handshake, a login, and an answer to a command. Commands and options that a
/// server does not have are asked for more plainly, and left out in the end.
struct MongoLiveness: Probe {
    private static let ping = MongoCommand(#""ping": 1"#)

    let identity: MongoIdentity
    let database: String
    let pool: SessionPool<MongoSession>
    let service: MongoService
    let errors: MongoErrors

    init(identity: MongoIdentity, database: String, pool: SessionPool<MongoSession>, service: MongoService) {
        self.identity = identity
        self.database = database
        self.pool = pool
        self.service = service
        errors = MongoErrors(identity.address, database: database)
    }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        /// What became clear although the session could not be kept.
        var lesson = Lesson()
        do throws(ProbeFailure) {
            return try check(before: deadline, declaresVersion: false, lesson: &lesson)
        } catch {
            if let reading = lesson.reading { return reading }
            guard lesson.needsVersion else { throw error }
            return try check(before: deadline, declaresVersion: true, lesson: &lesson)
        }
    }

    private struct Lesson {
        var reading: Reading?
        var needsVersion = false
    }

    private func check(
        before deadline: ContinuousClock.Instant, declaresVersion: Bool, lesson: inout Lesson
    ) throws(ProbeFailure) -> Reading {
        try pool.use(
            before: deadline,
            open: { () throws(ProbeFailure) in
                try MongoSession.open(identity, service: service, declaresVersion: declaresVersion, before: deadline)
            },
            // After an election a kept session still looks at the old primary.
            isStale: { [.disconnected, .noPrimary, .memberNotReady, .shuttingDown].contains($0.reason) },
            { session throws(ProbeFailure) in
                do throws(ProbeFailure) {
                    return try ask(&session, before: deadline, reading: &lesson.reading)
                } catch {
                    lesson.needsVersion = session.needsVersion
                    throw error
                }
            })
    }

    private func ask(
        _ session: inout MongoSession, before deadline: ContinuousClock.Instant, reading: inout Reading?
    ) throws(ProbeFailure) -> Reading {
        session.begin(before: deadline)
        reading = nil
        let server = try describe(&session)
        let isFresh = session.isFresh
        session.isFresh = false
        if let failure = errors.failure(of: server, isFresh: isFresh) { throw failure }
        let start = ContinuousClock.now
        /// `ping` needs no rights and no driver needs it: a server may not have it.
        if case .refused(let error) = try session.run(Self.ping, on: database, errors: errors), !error.isBearable {
            throw errors.failure(of: error)
        }
        func known() -> Reading {
            var phases = session.phases
            phases[.command] = .now - start
            return Reading(phases: phases, findings: errors.finding(about: server).map { [$0] } ?? [])
        }
        let answer: BSONDocument?
        do throws(ProbeFailure) {
            answer = try list(&session)
        } catch {
            // More names than we bear are an answer too.
            if session.hasLargeAnswer { reading = known() }
            throw error
        }
        reading = known()
        if let answer { try session.closeCursor(of: answer, on: database, errors: errors) }
        return known()
    }

    private func describe(_ session: inout MongoSession) throws(ProbeFailure) -> MongoServerDescription {
        while session.dialect.description < MongoDialect.descriptions.count {
            switch try session.run(MongoDialect.descriptions[session.dialect.description], on: "admin", errors: errors) {
            case .answered(let answer): return MongoServerDescription(answer)
            case .refused(let error) where error.isBearable: session.dialect.description += 1
            case .refused(let error): throw errors.failure(of: error)
            }
        }
        // libmongoc has let it pass.
        guard let handshake = session.handshake else { throw .garbage(errors.target, "MongoDB") }
        return handshake
    }

    /// Asks for the collections of the tenant's database, which proves rights on it.
    ///
    /// - Returns: the answer, unless there is none to be had.
    private func list(_ session: inout MongoSession) throws(ProbeFailure) -> BSONDocument? {
        var unauthorised: MongoServerError?
        while let listing = session.dialect.listing {
            switch try session.run(listing.command, on: database, errors: errors) {
            case .answered(let answer): return answer
            case .refused(let error) where error.meaning == .noDatabase: return nil
            case .refused(let error):
                guard error.isBearable, let next = listing.next(after: error.meaning) else {
                    throw errors.failure(of: unauthorised ?? error)
                }
                if error.meaning == .unauthorised { unauthorised = error }
                session.dialect.listing = next
            }
        }
        return nil
    }
}
