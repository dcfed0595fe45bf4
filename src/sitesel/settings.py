"""What sections of a study file are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Points = tuple[tuple[float, float], ...]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


class Part(BaseModel):
    """Any section of a study: fixed once read, no unknown keys, numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Amounts(Part):
    """An amount with its doubt."""

    low: Amount
    mid: Amount
    high: Amount

    @model_validator(mode="after")
    def _rises(self) -> "Amounts":
        if not self.low <= self.mid <= self.high:
            raise ValueError(f"low, mid and high must rise, but are {self.low:g}, {self.mid:g} and {self.high:g}")
        return self
