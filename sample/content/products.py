"""What each invented shop sells."""

from casework.toml import built
from sample.content.bilingual import Both
from sample.content.files import tables

PRODUCTS: dict[str, tuple[Both, ...]] = {
    shop: built(tuple[Both, ...], goods) for shop, goods in tables("products").items()
}
