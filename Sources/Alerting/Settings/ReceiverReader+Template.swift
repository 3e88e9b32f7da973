internal import FoundationEssentials
internal import Platform
internal import TenantCore

extension ReceiverReader {
    /// A receiver with the operator's own template.
    func readTemplate(_ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        let endpoint = EndpointReader().read(&reader)
        let source = readSource(&reader)
        let format: TemplateSettings.Format? = reader.choice("format")
        let parameters = reader.nested("parameters") { reader -> [String: Secret]? in
            var parameters: [String: Secret] = [:]
            for name in reader.object.keys { parameters[name] = reader.secret(name) }
            return parameters
        }
        guard let (key, source) = source, let endpoint, reader.isSound else { return nil }
        let template = TemplateSettings(source: source, format: format ?? .json, parameters: parameters ?? [:])
        if let problem = TemplateBody.problem(with: template) {
            reader.note(key, "cannot be used: \(problem)", fix: "Mend the template; docs/alerting.md says what it can use.")
            return nil
        }
        return .template(endpoint, template)
    }

    /// The template, and the key that it came from.
    private func readSource(_ reader: inout ObjectReader) -> (key: String, source: String)? {
        let inline = reader.prose("template")
        let file = reader.string("template_file")
        if inline != nil, file != nil {
            reader.note("template_file", "is given beside template", fix: "Keep one of the two.")
            return nil
        }
        if let inline { return ("template", inline) }
        guard let file else {
            if reader.isSound { reader.note("template", "is missing; it is required", fix: "Add \"template\" or \"template_file\".") }
            return nil
        }
        let bytes: [UInt8]
        do throws(SystemFailure) {
            bytes = try FileAccess.read(file)
        } catch {
            reader.note(
                "template_file", "cannot be read: \(error.reason)", fix: "Check that the file exists and that this service may read it.")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            reader.note("template_file", "names a file that is not UTF-8", fix: "Save the template as UTF-8.")
            return nil
        }
        return ("template_file", text)
    }
}
