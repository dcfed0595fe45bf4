"""How sure a ranking is: the study carried out in many drawn worlds."""

from sitesel.sureness.draws import Tested
from sitesel.sureness.places import Displaced, displaced, over_places
from sitesel.sureness.settings import Sureness
from sitesel.sureness.testing import Sure, put_to_the_test

__all__ = ["Displaced", "Sure", "Sureness", "Tested", "displaced", "over_places", "put_to_the_test"]
