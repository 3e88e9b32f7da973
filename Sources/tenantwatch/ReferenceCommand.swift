internal import ArgumentParser
internal import Platform
internal import TenantMetrics

/// `tenantwatch reference`: prints the pages that are generated from the code.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the reference of metrics or settings in Markdown.")

    /// A page.
    enum Page: String, CaseIterable, ExpressibleByArgument {
        case metrics, settings
    }

    @Argument(help: "metrics or settings.") var page: Page

    func run() {
        switch page {
        case .metrics: Terminal.write(Catalogue.markdown)
        case .settings: Terminal.write(Setting.markdown)
        }
    }
}
