"""The model in use, and where the files of models lie."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.utils.crypto import salted_hmac

from classifier.suggestion import ModelUnavailable
from triage.models import ModelStep, ModelVersion, Stage

if TYPE_CHECKING:
    from classifier.model import TriageModel


def triage_key() -> bytes:
    """The key that a model file must be sealed with to be used here, so that a replaced file is refused."""
    return salted_hmac("triage-model", "key", algorithm="sha256").digest()


class ModelFile(TypedDict):
    """Where a model's file lies, and what it must be: the arguments of `classifier.service`."""

    model_dir: Path
    key: bytes
    model_hash: str


def candidate_folder(ref: str) -> Path:
    """Returns the folder of a model's file, the same from its training on. A file there is not in use until a step says
    so.
    """
    return Path(settings.TRIAGE_MODEL_DIR) / "candidates" / ref


def file_of(model: ModelVersion) -> ModelFile:
    return ModelFile(model_dir=candidate_folder(model.ref), key=triage_key(), model_hash=model.model_hash)


def live_model() -> ModelVersion | None:
    """The model that is live by the record; None before the first one, and after one was rolled back to nothing."""
    step = ModelStep.objects.filter(stage__in=[Stage.LIVE, Stage.ROLLED_BACK]).order_by("-pk").first()
    if step is None or step.stage == Stage.ROLLED_BACK:
        return None
    return ModelVersion.objects.get(pk=step.model_id)


def model_of(row: ModelVersion) -> "TriageModel | None":
    """The model, where its file verifies from its seal down to every weight as what the record says; else None."""
    from classifier import store  # with skops, which comes in with the first model file

    try:
        model = store.load_current(candidate_folder(row.ref), key=triage_key())
    except (store.BadModel, store.NoModel):
        return None
    return model if model.hash == row.model_hash else None


def file_in_use() -> ModelFile:
    """The file of the live model. The record alone says which that is, so no file can say otherwise.

    Raises `ModelUnavailable` where none is live.
    """
    model = live_model()
    if model is None:
        raise ModelUnavailable("no_model", "no model is live")
    return file_of(model)
