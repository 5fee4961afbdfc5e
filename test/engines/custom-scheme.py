"""Opens a page of a custom scheme in WebKit, as an app's WKURLSchemeHandler serves it, and records for
it as the app does.

Usage: custom-scheme.py URL FOLDER TYPES SCRIPT [SAMPLES RATE]
  FOLDER   what lies at the root of URL's host
  TYPES    JSON: the MIME type of each file name's ending
  SCRIPT   body of an async function, run once the page has loaded; what it returns is printed as JSON
  SAMPLES  32-bit floats that the app's microphone hears, at RATE Hz; handed to the page in pieces of 4096,
           as they come, once it says "start" to the message handler "capture"
"""

import base64
import json
import pathlib
import sys
import urllib.parse

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2  # noqa: E402

url, folder, types, script, *recording = sys.argv[1:]
root = pathlib.Path(folder).resolve()
types = json.loads(types)


def serve(request):
    path = root / urllib.parse.unquote(urllib.parse.urlparse(request.get_uri()).path).lstrip("/")
    if not path.resolve().is_relative_to(root) or not path.is_file():
        request.finish_error(GLib.Error.new_literal(Gio.io_error_quark(), str(path), Gio.IOErrorEnum.NOT_FOUND))
        return
    kind = types.get(path.suffix[1:], "application/octet-stream")
    content = GLib.Bytes.new(path.read_bytes())
    request.finish(Gio.MemoryInputStream.new_from_bytes(content), content.get_size(), kind)


def call(what):
    view.evaluate_javascript(f"capture.{what}; null", -1, None, None, None, None)


def told(_, message):
    if message.get_js_value().to_string() == "stop":
        call("end()")
        return
    samples, rate = pathlib.Path(recording[0]).read_bytes(), int(recording[1])
    pieces = [samples[at : at + 4 * 4096] for at in range(0, len(samples), 4 * 4096)]
    call(f"begin({rate})")

    def hear():
        call(f"push('{base64.b64encode(pieces.pop(0)).decode()}')")
        return len(pieces) > 0

    GLib.timeout_add(4096 * 1000 // rate, hear)


def loaded(view, event):
    if event == WebKit2.LoadEvent.FINISHED:
        body = f"return JSON.stringify(await (async () => {{ {script} }})())"
        view.call_async_javascript_function(body, -1, None, None, None, None, answered)


def answered(view, result):
    try:
        print(view.call_async_javascript_function_finish(result).to_string())
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
    Gtk.main_quit()


context = WebKit2.WebContext.new_ephemeral()
context.register_uri_scheme(urllib.parse.urlparse(url).scheme, serve)
manager = WebKit2.UserContentManager()
manager.connect("script-message-received::capture", told)
manager.register_script_message_handler("capture")
watch = "globalThis.violations = []; document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ': ' + blockedURI))"
manager.add_script(
    WebKit2.UserScript(
        watch, WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START, None, None
    )
)
view = WebKit2.WebView(web_context=context, user_content_manager=manager)
view.connect("load-changed", loaded)
window = Gtk.Window()
window.add(view)
window.show_all()
GLib.timeout_add_seconds(100, Gtk.main_quit)
view.load_uri(url)
Gtk.main()
