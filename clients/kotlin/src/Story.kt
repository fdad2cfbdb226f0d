// An appeal from notice to undone measure, a room through twenty drops, and a webhook, with the generated client.
// Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}, "photo": path,
// "dispute": ref, "word": of this walk alone, "webhook": {"secret", "headers", "body"}}. Prints the last state of the notice.
import appeals.client.apis.AppealsApi
import appeals.client.apis.DisputesApi
import appeals.client.apis.NoticesApi
import appeals.client.apis.RemediesApi
import appeals.client.apis.ReviewQueueApi
import appeals.client.infrastructure.ApiClient
import appeals.client.infrastructure.Serializer
import appeals.client.models.ClaimInputRequest
import appeals.client.models.DecideAppealInputRequest
import appeals.client.models.DifferenceReasonEnum
import appeals.client.models.EntryOutput
import appeals.client.models.IssueNoticeInputRequest
import appeals.client.models.OutcomeEnum
import appeals.client.models.PostMessageInputRequest
import appeals.client.models.RulingInputRequest
import java.io.File
import java.security.MessageDigest
import java.util.Base64
import java.util.Collections
import java.util.UUID
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.math.abs
import kotlin.system.exitProcess
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.decodeFromJsonElement
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import okhttp3.OkHttpClient

const val DROPS = 20
val told = Json.parseToJsonElement(System.`in`.reader().readText()).jsonObject
val site = text("base_url")

fun text(vararg path: String) = path.dropLast(1).fold(told) { at, name -> at.getValue(name).jsonObject }
    .getValue(path.last()).jsonPrimitive.content

inline fun <reified T> example(name: String): T =
    Serializer.kotlinxSerializationJson.decodeFromJsonElement(told.getValue("examples").jsonObject.getValue(name))

/** The generated client cannot send a calculation: an input is a number or an object, and its class is only the object. */
fun withoutCalculations(name: String): JsonObject {
    val body = told.getValue("examples").jsonObject.getValue(name).jsonObject
    return JsonObject(body + ("measures" to JsonArray(body.getValue("measures").jsonArray.filter { "calculation" !in it.jsonObject })))
}

fun key() = UUID.randomUUID().toString()

fun <T : ApiClient> by(actor: String, api: (String) -> T): T =
    api(site).apply { accessTokenProvider = { text("tokens", actor) } }

/** A notice is served, appealed with a photo, decided by a person on demand, and undone; its last state. */
fun appealed(): String {
    val draft = Serializer.kotlinxSerializationJson.decodeFromJsonElement<IssueNoticeInputRequest>(withoutCalculations("issue_notice"))
    val notice = by("platform", ::NoticesApi).issueNotice(key(), draft.copy(externalRef = "client-${key()}"))
    val appeal = by("merchant_owner", ::NoticesApi).fileAppeal(notice.ref, key(), example("file_appeal"))
    val merchant = by("merchant_owner", ::AppealsApi)
    merchant.stageEvidence(appeal.ref, key(), "The goods", File(text("photo")))
    check(merchant.submitEvidence(appeal.ref, key()).version == 1)
    check(merchant.demandHuman(appeal.ref, key()).humanDemanded)

    val held = by("reviewer", ::ReviewQueueApi).claim(key(), claimInputRequest = ClaimInputRequest(appeal = appeal.ref))
    val reviewer = by("reviewer", ::AppealsApi)
    reviewer.recordOpening(appeal.ref, key(), example("record_opening"))
    reviewer.recordFirstView(appeal.ref, key(), "\"${held.version}\"", example("record_first_view"))
    val ruling = example<DecideAppealInputRequest>("decide_appeal").copy(
        items = held.items.map { RulingInputRequest(measure = it.measure, outcome = OutcomeEnum.OVERTURNED) },
        differenceReason = DifferenceReasonEnum.evidence,
    )
    val seen = reviewer.readAppeal(appeal.ref)
    val decided = reviewer.decideAppeal(appeal.ref, key(), "\"${seen.version}\"", ruling)
    check(decided.outcome?.code?.value == "OVERTURNED")
    check(merchant.readLetter(appeal.ref).parts.size == 9)
    for (remedy in by("platform", ::NoticesApi).readNotice(notice.ref).remedies) {
        by("platform", ::RemediesApi).confirmRemedy(remedy.ref, key(), confirmRemedyInputRequest = example("confirm_remedy"))
    }
    return by("merchant_owner", ::NoticesApi).readNotice(notice.ref).state.code.value
}

/** Every message is heard once, in order, although the line is cut each time before the answer to one can come. */
fun talked() {
    val ref = text("dispute")
    val merchant = by("merchant_owner", ::DisputesApi)
    val begunAfter = entries(0).size // numbers begin at 1 and have no gaps
    val heard = Collections.synchronizedList(mutableListOf<JsonObject>())
    val wrong = Collections.synchronizedList(mutableListOf<String>())
    var todos = 0
    val room = Room(
        OkHttpClient(), site, text("tokens", "consumer"), ref, { heard += it }, { _, code -> wrong += code },
        onTodoChanged = { todos++ }, onEnd = { wrong += "$it" }, last = begunAfter,
    )
    room.enter()
    val texts = List(DROPS) { "${text("word")} 第${it}句" }
    texts.forEachIndexed { number, text ->
        until { room.isConnected }
        room.say(text)
        room.drop()
        if (number % 5 == 0) { // what the other side says while nobody listens
            merchant.postMessage(ref, key(), PostMessageInputRequest(clientId = key(), text = "Answer to $text"))
        }
    }
    until { room.isEmpty }
    room.pushed()
    check(todos == 1)
    val onRecord = entries(begunAfter)
    until { room.last >= onRecord.last().sequence }
    room.leave()
    check(wrong.isEmpty()) { wrong }
    val said = heard.map { it["text"]?.jsonPrimitive?.content.orEmpty() }
    check(heard.map { it.getValue("sequence").jsonPrimitive.content.toInt() } == onRecord.map { it.sequence })
    check(said.filter { it in texts }.sorted() == texts.sorted())
    check(said.count { it.startsWith("Answer to ") } == DROPS / 5)
}

/** What the room has on record behind that number. */
fun entries(after: Int): List<EntryOutput> {
    val found = mutableListOf<EntryOutput>()
    while (true) {
        val page = by("consumer", ::DisputesApi).readMessages(text("dispute"), found.lastOrNull()?.sequence ?: after, limit = 100)
        if (page.items.isEmpty()) return found
        found += page.items
    }
}

/** Whether these bytes were signed with the secret within the last five minutes (Standard Webhooks 1.0.0). */
fun isSigned(secret: String, headers: JsonObject, body: String): Boolean {
    fun header(name: String) = headers[name]?.jsonPrimitive?.content.orEmpty()
    val sent = header("webhook-timestamp").toLongOrNull() ?: return false
    if (abs(System.currentTimeMillis() / 1000 - sent) > 300) return false
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(SecretKeySpec(Base64.getDecoder().decode(secret.removePrefix("whsec_")), "HmacSHA256"))
    val wanted = mac.doFinal("${header("webhook-id")}.$sent.$body".toByteArray())
    return header("webhook-signature").split(" ")
        .any { MessageDigest.isEqual(Base64.getDecoder().decode(it.removePrefix("v1,")), wanted) }
}

fun until(holds: () -> Boolean) {
    val latest = System.nanoTime() + 120_000_000_000
    while (!holds()) {
        check(System.nanoTime() < latest) { "waited too long" }
        Thread.sleep(10)
    }
}

fun main() {
    setUpJson()
    talked()
    val webhook = told.getValue("webhook").jsonObject
    check(isSigned(text("webhook", "secret"), webhook.getValue("headers").jsonObject, text("webhook", "body")))
    check(!isSigned(text("webhook", "secret"), webhook.getValue("headers").jsonObject, text("webhook", "body").replace("test", "tost")))
    print(appealed())
    exitProcess(0) // the threads of OkHttp stay for a minute
}
