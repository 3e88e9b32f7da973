internal import CPlatform
internal import Glibc

/// A thread of the operating system. Only BlockingIO starts any.
public enum Thread {
    /// Carries a closure through the C interface.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new detached thread.
    ///
    /// - Parameters:
    ///   - stackSize: in bytes; 512 KiB suffice for TLS and SCRAM, also under AddressSanitizer.
    ///   - name: at most 15 bytes, shown by `top -H`.
    /// - Returns: false when the system refuses another thread.
    public static func start(stackSize: Int, name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let named = Body {
            unsafe tw_name_thread(String(name.prefix(15)))
            body()
        }
        let context = unsafe Unmanaged.passRetained(named)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if code != 0 { unsafe context.release() }
        return code == 0
    }
}
