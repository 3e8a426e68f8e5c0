"""OpenFisca from Parquet to decisions in Parquet: python run.py DIR [--explain]

DIR holds household.parquet, person.parquet (sorted by household_id; money in fen, areas in hundredths), parameters.json
({divisions: [code], values: {id: [by division]}}) and gets household_decision.parquet and person_decision.parquet.
Prints {read, build, calculate, write, total, peak_mb} as one JSON line, in seconds.
"""

import json
import resource
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openfisca_core.simulations import SimulationBuilder

import rules

folder = sys.argv[1]
explain = "--explain" in sys.argv
MONTH = "2026-10"
with open(f"{folder}/parameters.json", encoding="utf-8") as file:
    given = json.load(file)
codes = {text: i for i, text in enumerate(given["divisions"])}


def clock(into, name, begun):
    into[name] = time.perf_counter() - begun
    return time.perf_counter()


def coded(column, texts):
    """A column of texts as numbers by their place in `texts`."""
    encoded = column.combine_chunks().dictionary_encode()
    place = {text: i for i, text in enumerate(texts)}
    table = np.array([place[text] for text in encoded.dictionary.to_pylist()], dtype=np.int32)
    return table.take(encoded.indices.to_numpy(zero_copy_only=False))


def values(table, name, kind, texts):
    column = table.column(name)
    if texts:
        return coded(column, texts)
    if kind is float:
        return pc.fill_null(column, 0).to_numpy() / 100
    return column.to_numpy()


spent = {}
used = resource.getrusage(resource.RUSAGE_SELF)
before = used.ru_utime + used.ru_stime
start = begun = time.perf_counter()
wanted = {e: [n for n, (entity, _, _) in rules.INPUTS.items() if entity is e] for e in (rules.PERSON, rules.HOUSEHOLD)}
made_here = {"county", "declaration_absent"}
household = pq.read_table(
    f"{folder}/household.parquet",
    columns=["household_id", "division", *[n for n in wanted[rules.HOUSEHOLD] if n not in made_here]],
)
person = pq.read_table(f"{folder}/person.parquet", columns=["household_id", "person_id", *wanted[rules.PERSON]])
begun = clock(spent, "read", begun)

parameters = {}
for name, column in given["values"].items():
    parameters[name] = np.array(column)
country = rules.system(parameters, "2026-10-01", "2026-10-31")
builder = SimulationBuilder()
builder.create_entities(country)
hid = household.column("household_id").to_numpy()
phid = person.column("household_id").to_numpy()
builder.declare_person_entity("person", range(len(phid)))
families = builder.declare_entity("household", range(len(hid)))
# The quick way into OpenFisca: the household's row of each person by search instead of by dictionary.
families.members_entity_id = np.searchsorted(hid, phid)
families.members_role = np.repeat(rules.HOUSEHOLD.flattened_roles[0], len(phid))
simulation = builder.build(country)
simulation.max_spiral_loops = 1
for name, (entity, kind, texts) in rules.INPUTS.items():
    if name == "county":
        column = coded(household.column("division"), given["divisions"])
    elif name == "declaration_absent":
        column = household.column("declared_other_income").is_null().to_numpy()
    else:
        column = values(person if entity is rules.PERSON else household, name, kind, texts)
    simulation.set_input(name, MONTH, column)
begun = clock(spent, "build", begun)

results = {
    "household": ["subsistence_outcome", "subsistence_amount", "margin_outcome"],
    "person": ["single_applies", "single_outcome"],
}
calculated = {}
for entity, names in results.items():
    for name in [*names, *(rules.EXPLAINED[entity] if explain else [])]:
        calculated[name] = simulation.calculate(name, MONTH)
calculated["single_amount"] = simulation.calculate("single_amount", MONTH)
begun = clock(spent, "calculate", begun)

outcomes = pa.array(["ineligible", "eligible", "undetermined"])


def column(name):
    array = calculated[name]
    if name.endswith("_outcome"):
        return pa.DictionaryArray.from_arrays(pa.array(array), outcomes)
    return pa.array(array)


extra = rules.EXPLAINED["household"] if explain else ["single_amount"]
pq.write_table(
    pa.table({"household_id": household.column("household_id")} | {n: column(n) for n in [*results["household"], *extra]}),
    f"{folder}/household_decision.parquet",
)
extra = rules.EXPLAINED["person"] if explain else []
pq.write_table(
    pa.table(
        {"household_id": person.column("household_id"), "person_id": person.column("person_id")}
        | {n: column(n) for n in [*results["person"], *extra]}
    ),
    f"{folder}/person_decision.parquet",
)
clock(spent, "write", begun)
spent["total"] = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
spent["processor"] = used.ru_utime + used.ru_stime - before
spent["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(spent))
