internal import Alerting
internal import ArgumentParser
internal import Platform
internal import TenantCore
internal import TenantMetrics

/// `tenantwatch reference`: prints the pages that are generated from the code.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print a generated page of the reference in Markdown.")

    /// A page.
    enum Page: String, CaseIterable, ExpressibleByArgument {
        case metrics, settings, rules
        case mongoOptions = "mongo-options"
    }

    @Argument(help: "metrics, settings, rules or mongo-options.") var page: Page

    func run() {
        switch page {
        case .metrics: Terminal.write(Catalogue.markdown)
        case .settings: Terminal.write(Setting.markdown)
        case .rules: Terminal.write(AlertRule.markdown)
        case .mongoOptions: Terminal.write(MongoOption.markdown)
        }
    }
}
