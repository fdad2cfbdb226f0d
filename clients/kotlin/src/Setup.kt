// How the generated client reads and writes JSON: call `setUpJson()` once, before the first operation.
import appeals.client.infrastructure.Serializer
import kotlinx.serialization.KSerializer
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.JsonElement

/** What the document leaves open, such as the `facts` of an event, is `Any` in the client: it comes as a JsonElement. */
object FreeForm : KSerializer<Any> {
    private val json = JsonElement.serializer()
    override val descriptor = json.descriptor
    override fun deserialize(decoder: Decoder): Any = decoder.decodeSerializableValue(json)
    override fun serialize(encoder: Encoder, value: Any) = encoder.encodeSerializableValue(json, value as JsonElement)
}

fun setUpJson() {
    Serializer.kotlinxSerializationAdaptersConfiguration = { contextual(Any::class, FreeForm) }
    Serializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false } // what is left out is not sent as null
}
