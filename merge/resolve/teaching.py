"""Decided pairs as the weights are taught by them, and all pairs as other weights would judge them.

Opens the records that it compares; what it gives are weights alone. Takes connections, never commits.
"""

from dataclasses import replace

from sqlalchemy import Connection

from merge.index_store import all_hubs
from merge.match.comparisons import compare
from merge.match.model import PRIOR_WEIGHTS, Model
from merge.match.rules import fired
from merge.match.taught import Decided, Shift, taught
from merge.match_lines import MatchLines, under
from merge.match_versions import Reweighed, said_of_pairs
from merge.record_store import live_customers
from merge.resolve.batch import graph_of
from merge.resolve.incremental import Resolver

_MOST = 5_000
"""Pairs that are opened to learn from; of more every so many."""


def decided_here(connection: Connection, resolver: Resolver) -> list[Decided]:
    """Pairs of records that people decided and that are still there, by their ids."""
    said = sorted(said_of_pairs(connection).items())
    said = said[:: -(-len(said) // _MOST) or 1]
    loaded = resolver.loader.load(connection, {record for pair, _ in said for record in pair})
    model = resolver.settings.model
    found = []
    for (left, right), match in said:
        if left in loaded and right in loaded:
            ours, theirs = loaded[left].features, loaded[right].features
            rule = fired(model.pack, ours, theirs, model.frequency)
            found.append(Decided(compare(ours, theirs, model.frequency), rule, match))
    return found


def taught_here(connection: Connection, resolver: Resolver) -> tuple[Shift, ...]:
    """What past decisions teach the shipped weights; nothing where they teach nothing that holds."""
    return taught(_shipped(resolver.settings.model), decided_here(connection, resolver))


def reweighed(connection: Connection, resolver: Resolver, lines: MatchLines) -> Reweighed:
    """What other weights say of all pairs and of those that were decided; opens the records of all customers."""
    settings = under(resolver.settings, lines)
    loaded = resolver.loader.load(connection, live_customers(connection))
    graph = graph_of(loaded, settings, keyer=resolver.keyer, hubs=all_hubs(connection))
    decided = decided_here(connection, resolver)
    return Reweighed(graph.edges, [(one.weight(settings.model), one.match) for one in decided])


def _shipped(model: Model) -> Model:
    return replace(model, weights=PRIOR_WEIGHTS)
