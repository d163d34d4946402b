"""How do needs respond in a scenario: not at all, as declared, or with parameters of its own?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError, Problem
from settlement_sim.scenario.load import Loaded


def response_of(loaded: Loaded, priors: Priors) -> Response:
    """The response of a scenario. Raises InputError where `demand.potential` does not bear the needs it may draw."""
    demand = loaded.scenario.demand
    if demand.response == "off":
        return Response()
    response = Response.declared(priors)
    if demand.response != "declared":
        own = {field.name: getattr(demand.response, field.name) for field in fields(Response)}
        response = replace(response, **{name: value for name, value in own.items() if value is not None})
    if demand.potential_bp < response.least_potential:
        layers = loaded.layers
        loc = layers.newest(("demand", "potential"), ("demand", "response", "direct_gain"))
        found = f"a potential of {_decimal(demand.potential_bp)} with a direct_gain of {response.direct_gain / 100:g} %"
        raise InputError(
            Problem(layers.place(*loc), found, f"a potential of at least {_decimal(response.least_potential)}")
        )
    return response


def _decimal(ten_thousandths: int) -> str:
    return f"{Decimal(ten_thousandths).scaleb(-4).normalize():f}"
