import AVFoundation
import UIKit
import WebKit

/// Shows www/, and feeds it with what the microphone hears.
final class ViewController: UIViewController, WKScriptMessageHandler {
    private var webView: WKWebView!
    private let engine = AVAudioEngine()

    override func viewDidLoad() {
        super.viewDidLoad()
        let configuration = WKWebViewConfiguration()
        configuration.setURLSchemeHandler(Files(), forURLScheme: "undertone")
        configuration.userContentController.add(self, name: "capture")
        webView = WKWebView(frame: view.bounds, configuration: configuration)
        webView.autoresizingMask = [.flexibleWidth, .flexibleHeight]
        view.addSubview(webView)
        webView.load(URLRequest(url: URL(string: "undertone://app/index.html")!))
    }

    /// The page says "start" or "stop".
    func userContentController(_: WKUserContentController, didReceive message: WKScriptMessage) {
        switch message.body as? String {
        case "start": start()
        case "stop": stop()
        default: break
        }
    }

    private func start() {
        AVAudioSession.sharedInstance().requestRecordPermission { [weak self] granted in
            DispatchQueue.main.async {
                guard let self else { return }
                guard granted else { return self.call("fail('The microphone was refused.')") }
                do { try self.record() } catch { self.call("fail('The microphone cannot be opened.')") }
            }
        }
    }

    private func record() throws {
        let session = AVAudioSession.sharedInstance()
        // .measurement: no automatic gain and no noise suppression, which hide emotion.
        try session.setCategory(.record, mode: .measurement)
        try session.setActive(true)
        let input = engine.inputNode
        let format = input.outputFormat(forBus: 0)
        call("begin(\(format.sampleRate))")
        input.installTap(onBus: 0, bufferSize: 4096, format: format) { [weak self] buffer, _ in
            guard let samples = buffer.floatChannelData?[0] else { return }
            let bytes = Data(bytes: samples, count: Int(buffer.frameLength) * MemoryLayout<Float>.size)
            let text = bytes.base64EncodedString()
            DispatchQueue.main.async { self?.call("push('\(text)')") }
        }
        engine.prepare()
        try engine.start()
    }

    private func stop() {
        engine.inputNode.removeTap(onBus: 0)
        engine.stop()
        try? AVAudioSession.sharedInstance().setActive(false)
        call("end()")
    }

    private func call(_ script: String) {
        webView.evaluateJavaScript("capture.\(script); null")
    }
}

/// Serves www/ of the app.
final class Files: NSObject, WKURLSchemeHandler {
    private let folder = Bundle.main.resourceURL!.appendingPathComponent("www").standardizedFileURL

    /// Scripts are refused by WebKit under any other type.
    private let mimeTypes = [
        "html": "text/html",
        "js": "text/javascript",
        "css": "text/css",
        "json": "application/json",
        "wasm": "application/wasm",
        "svg": "image/svg+xml",
        "png": "image/png",
    ]

    func webView(_: WKWebView, start task: WKURLSchemeTask) {
        let url = task.request.url!
        let file = folder.appendingPathComponent(url.path).standardizedFileURL
        guard file.path.hasPrefix(folder.path + "/"), let data = try? Data(contentsOf: file) else {
            let headers = ["Content-Length": "0"]
            task.didReceive(HTTPURLResponse(url: url, statusCode: 404, httpVersion: nil, headerFields: headers)!)
            return task.didFinish()
        }
        let headers = [
            "Content-Type": mimeTypes[file.pathExtension] ?? "application/octet-stream",
            "Content-Length": String(data.count),
        ]
        task.didReceive(HTTPURLResponse(url: url, statusCode: 200, httpVersion: nil, headerFields: headers)!)
        task.didReceive(data)
        task.didFinish()
    }

    func webView(_: WKWebView, stop _: WKURLSchemeTask) {}
}
