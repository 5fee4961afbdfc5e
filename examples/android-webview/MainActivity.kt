package org.example.undertone

import android.Manifest.permission.RECORD_AUDIO
import android.app.Activity
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.os.Bundle
import android.webkit.PermissionRequest
import android.webkit.PermissionRequest.RESOURCE_AUDIO_CAPTURE
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import android.webkit.WebView
import android.webkit.WebViewClient
import androidx.webkit.WebViewAssetLoader
import java.io.IOException

/** Shows the bundle that lies in assets/undertone, made by `undertone bundle`. */
class MainActivity : Activity() {
    private lateinit var view: WebView
    private var asked: PermissionRequest? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val loader = WebViewAssetLoader.Builder()
            .addPathHandler("/undertone/", ::read)
            .build()
        view = WebView(this)
        view.settings.javaScriptEnabled = true
        // Listening may begin without a touch, as a kiosk's does: .../index.html#listen
        view.settings.mediaPlaybackRequiresUserGesture = false
        view.webViewClient = object : WebViewClient() {
            override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest) =
                loader.shouldInterceptRequest(request.url) ?: notFound()
        }
        view.webChromeClient = object : WebChromeClient() {
            override fun onPermissionRequest(request: PermissionRequest) = permit(request)
        }
        setContentView(view)
        view.loadUrl("https://appassets.androidplatform.net/undertone/index.html")
    }

    private fun read(path: String): WebResourceResponse = try {
        WebResourceResponse(mimeType(path), null, assets.open("undertone/$path"))
    } catch (missing: IOException) {
        notFound()
    }

    private fun notFound() =
        WebResourceResponse("text/plain", "utf-8", 404, "Not Found", emptyMap(), "".byteInputStream())

    /** Scripts and wasm are refused by browsers under any other type. */
    private fun mimeType(path: String) = mimeTypes[path.substringAfterLast('.')] ?: "application/octet-stream"

    private val mimeTypes = mapOf(
        "html" to "text/html",
        "js" to "text/javascript",
        "css" to "text/css",
        "json" to "application/json",
        "webmanifest" to "application/manifest+json",
        "wasm" to "application/wasm",
        "svg" to "image/svg+xml",
        "png" to "image/png",
    )

    /** The page has the microphone once the user has given it to the app. */
    private fun permit(request: PermissionRequest) {
        when {
            request.resources.any { it != RESOURCE_AUDIO_CAPTURE } -> request.deny()
            checkSelfPermission(RECORD_AUDIO) == PERMISSION_GRANTED -> request.grant(request.resources)
            else -> {
                asked = request
                requestPermissions(arrayOf(RECORD_AUDIO), 0)
            }
        }
    }

    override fun onRequestPermissionsResult(code: Int, names: Array<String>, results: IntArray) {
        val request = asked ?: return
        asked = null
        if (results.firstOrNull() == PERMISSION_GRANTED) request.grant(request.resources) else request.deny()
    }

    override fun onPause() {
        super.onPause()
        view.onPause()
    }

    override fun onResume() {
        super.onResume()
        view.onResume()
    }

    override fun onDestroy() {
        view.destroy()
        super.onDestroy()
    }
}
