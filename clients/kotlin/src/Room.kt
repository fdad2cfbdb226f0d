// The room of a dispute, in which nothing is lost and nothing comes twice, whatever the network does.
//
// `onEntry` gets every message and event once, in order. Keep `last` and `outbox` where your app keeps things: with both, a
// Room goes on after a restart where it was. Everything happens on one thread of its own.
import java.io.IOException
import java.util.UUID
import java.util.concurrent.Executors
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.TimeUnit.MILLISECONDS
import kotlin.random.Random
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okhttp3.WebSocket
import okhttp3.WebSocketListener

class NotLetIn(val status: Int) : IOException("$status")

class Room(
    private val http: OkHttpClient,
    private val site: String,
    private val token: String,
    private val ref: String,
    private val onEntry: (JsonObject) -> Unit,
    private val onRefused: (clientId: String, code: String) -> Unit = { _, _ -> },
    private val onTodoChanged: (String) -> Unit = {},
    private val onEnd: (NotLetIn) -> Unit = {}, // this person has to sign in again, or is let in no more
    @Volatile var last: Int = 0, // the number of the last entry that `onEntry` got
    val outbox: MutableMap<String, String> = LinkedHashMap(), // what is not on record yet: text by `client_id`
) {
    @Volatile var isConnected = false
        private set
    private val thread = Executors.newSingleThreadScheduledExecutor { Thread(it, "room").apply { isDaemon = true } }
    private var line: WebSocket? = null
    private var next: ScheduledFuture<*>? = null
    private var pause = 0L
    private var todo = ""

    val isEmpty: Boolean get() = thread.submit<Boolean> { outbox.isEmpty() }.get()

    /** Stays in the room until `leave`. */
    fun enter() = again(0)

    /** Puts the text into the outbox, which it leaves once it is on record; its `client_id`. */
    fun say(text: String): String = thread.submit<String> {
        UUID.randomUUID().toString().also { outbox[it] = text; if (isConnected) send(it, text) }
    }.get()

    /** For the handler of pushes (`person.todo_changed`): reads what waits for the person, ends a pause between lines. */
    fun pushed(): Unit = thread.submit {
        if (line == null) again(0)
        call("todo") { if (todo.isNotEmpty()) header("If-None-Match", todo) }.use {
            if (it.code == 304) return@submit
            if (!it.isSuccessful) throw NotLetIn(it.code)
            todo = it.header("ETag").orEmpty()
            onTodoChanged(it.body!!.string())
        }
    }.get().let {}

    /** Cuts the line without a word, as a tunnel does; another is made. */
    fun drop(): Unit = thread.submit { line?.also { it.cancel(); lost(it) } }.get().let {}

    fun leave() {
        thread.shutdownNow()
        line?.cancel()
    }

    private fun connect() {
        try {
            val ticket = call("ws-tickets") { post("{}".toRequestBody("application/json".toMediaType())) }.use {
                if (it.code in listOf(401, 403)) return onEnd(NotLetIn(it.code))
                Json.parseToJsonElement(it.body!!.string()).jsonObject.getValue("ticket").jsonPrimitive.content
            }
            val address = "${site.replaceFirst("http", "ws")}/ws/v1/disputes/$ref/?ticket=$ticket&after=$last"
            line = http.newWebSocket(Request.Builder().url(address).build(), Listener())
            listen()
        } catch (_: Exception) {
            again(pause)
        }
    }

    private inner class Listener : WebSocketListener() {
        override fun onMessage(webSocket: WebSocket, text: String) = of(webSocket) { take(Json.parseToJsonElement(text).jsonObject) }
        override fun onFailure(webSocket: WebSocket, t: Throwable, response: Response?) = of(webSocket) { lost(webSocket) }
        override fun onClosing(webSocket: WebSocket, code: Int, reason: String) = of(webSocket) {
            webSocket.close(1000, null)
            if (code in FOR_GOOD) onEnd(NotLetIn(code)) else lost(webSocket)
        }

        private fun of(one: WebSocket, step: () -> Unit) {
            if (!thread.isShutdown) thread.execute { if (one === line) step() }
        }
    }

    private fun take(frame: JsonObject) {
        fun word(name: String) = frame[name]?.jsonPrimitive?.contentOrNull.orEmpty()
        pause = 0
        listen()
        if (!isConnected) { // the first frame is a heartbeat: both sides are there
            isConnected = true
            resend()
        }
        if (word("type") == "message" || word("type") == "event") {
            if (word("sequence").toInt() > last) onEntry(frame)
            last = maxOf(last, word("sequence").toInt())
            outbox.remove(word("client_id"))
        } else if (word("type") == "error" && word("code") in LATER) {
            thread.schedule({ resend() }, 1000 * (word("retry_after").toLongOrNull() ?: 1), MILLISECONDS)
        } else if (word("type") == "error" && outbox.remove(word("client_id")) != null) {
            onRefused(word("client_id"), word("code"))
        }
    }

    private fun lost(one: WebSocket) {
        if (one !== line) return
        line = null
        isConnected = false
        again(pause)
    }

    private fun again(after: Long) {
        pause = minOf(LONGEST_PAUSE, 2 * pause + Random.nextLong(1000)) // not everybody at the same moment
        next?.cancel(false)
        next = thread.schedule({ connect() }, after, MILLISECONDS)
    }

    private fun listen() {
        next?.cancel(false)
        next = thread.schedule({ line?.also { it.cancel(); lost(it) } }, SILENCE, MILLISECONDS)
    }

    private fun resend() = outbox.forEach { (clientId, text) -> send(clientId, text) }

    private fun send(clientId: String, text: String) {
        val frame = mapOf("type" to "message", "client_id" to clientId, "text" to text).mapValues { JsonPrimitive(it.value) }
        line?.send(JsonObject(frame).toString()) // where it fails it goes with the next line
    }

    private fun call(path: String, more: Request.Builder.() -> Unit): Response = http.newCall(
        Request.Builder().url("$site/api/v1/$path").header("Authorization", "Bearer $token").apply(more).build()
    ).execute()

    private companion object {
        const val SILENCE = 30_000L // a heartbeat comes every ten seconds
        const val LONGEST_PAUSE = 30_000L
        val FOR_GOOD = listOf(4403, 4404) // not allowed any more, no such room
        val LATER = listOf("too-many-requests", "unavailable", "server-error", "in-progress", "disk-full")
    }
}
