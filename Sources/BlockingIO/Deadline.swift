internal import Dispatch
internal import TenantCore

extension DispatchTime {
    /// The moment `time` from now, for semaphores; nil is never, what is past is now.
    static func after(_ time: Duration?) -> DispatchTime {
        guard let time else { return .distantFuture }
        return .now() + .microseconds(Int(clamping: max(.zero, time).inMicroseconds))
    }
}
