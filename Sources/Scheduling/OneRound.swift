public import BlockingIO
public import Checking

/// Asks every check once, now, and waits for all answers.
public struct OneRound {
    private let lanes: [Dependency: any Lane]

    /// - Parameter lanes: a lane for each dependency that is asked.
    public init(lanes: [Dependency: any Lane]) {
        self.lanes = lanes
    }

    /// Runs the checks, those of a frozen backend sharing its verdict as they do in the agent.
    ///
    /// - Parameter progress: is told how many answers there are so far.
    /// - Returns: one observation for each check, in the order in which they came.
    public func run(_ checks: [Check], progress: (Int) -> Void = { _ in }) -> [Observation] {
        var gate = BackendGate()
        for check in checks {
            // One round has no next turn that could be missed.
            gate.enqueue(Job(check: check.paced(interval: .seconds(24 * 3600), spacing: .zero), due: .now))
        }
        var observations: [Observation] = []
        let loop = Loop("round")
        while observations.count < checks.count {
            for (dependency, jobs) in Dictionary(grouping: gate.release(at: .now), by: { $0.check.id.subject.dependency }) {
                guard let lane = lanes[dependency] else { preconditionFailure("\(dependency) has no lane") }
                lane.submit(jobs)
            }
            loop.pause(for: .milliseconds(5))
            for landing in lanes.values.flatMap({ $0.collect(at: .now) }) {
                guard let observation = landing.observation else { continue }
                observations.append(observation)
                let shared = gate.land(observation)
                for job in shared { observations.append(Self.share(observation, with: job)) }
            }
            progress(observations.count)
        }
        return observations
    }

    private static func share(_ observation: Observation, with job: Job) -> Observation {
        var shared = observation
        shared.check = job.check.id
        return shared
    }
}

extension Landing {
    /// What was observed, nil for a call that came back after it was given up.
    fileprivate var observation: Observation? {
        switch self {
        case .finished(let observation), .abandoned(let observation): observation
        case .returned: nil
        }
    }
}
