"""Random principals and golden records, small enough that they often meet."""

from hypothesis import strategies as st

from governance.policy.values import GoldenResource, RequestContext
from governance.principals import Principal
from governance.purposes import Purpose
from governance.roles import Role

_PEOPLE = st.sampled_from(["u_a", "u_b", "u_c"])
_TEAMS = st.frozensets(st.sampled_from(["north", "south", "east"]), max_size=2)
_SCOPES = st.frozensets(
    st.sampled_from(["read", "search", "view:contact", "view:finance:partial", "edit:feedback"]), max_size=3
)

PEOPLE = st.builds(
    Principal,
    id=_PEOPLE,
    name=st.just("somebody"),
    roles=st.frozensets(st.sampled_from([role.value for role in Role]), min_size=1, max_size=3),
    teams=_TEAMS,
)
KEYS = st.builds(
    Principal,
    id=st.just("t_1"),
    roles=st.just(frozenset({"downstream"})),
    purpose=st.sampled_from([purpose.value for purpose in Purpose]),
    scopes=_SCOPES,
    kind=st.just("key"),
)
PRINCIPALS = st.one_of(PEOPLE, PEOPLE, KEYS)
GOLDEN = st.builds(
    GoldenResource,
    golden_id=st.sampled_from(["g_1", "g_2"]),
    owner=st.none() | _PEOPLE,
    pool=st.none() | st.sampled_from(["pool-1", "pool-2"]),
    teams=_TEAMS,
    marketing_consent=st.booleans(),
)
CONTEXTS = st.builds(
    RequestContext,
    purpose=st.sampled_from(["", *(purpose.value for purpose in Purpose)]),
    reason=st.sampled_from(["", "asked by the person"]),
)
